"""The same customers in other libraries, and other environments, to be timed beside the engine."""
