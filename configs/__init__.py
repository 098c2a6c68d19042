"""YAML files of scenarios, their coordination layers, training and experiments, used by name."""
