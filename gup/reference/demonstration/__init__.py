"""A year of invented life, made by saying the real verbs under a moving clock: nothing is written past the domain."""
