"""YAML files of scenarios, training and experiments, each usable by its name."""
