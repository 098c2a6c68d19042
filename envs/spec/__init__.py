"""What a company is: every number of a scenario, with its unit and its bounds."""
