"""The roof: the command, the settings, the wiring of each process, the demo. Knows everything, decides nothing."""

__version__ = "0.1.0"
