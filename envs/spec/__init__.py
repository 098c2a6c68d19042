"""The scenario: every parameter with its unit, bounds and a sentence."""
