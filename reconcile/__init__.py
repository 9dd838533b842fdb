"""Find the incident records that describe one event, merge them, and flag where the outlets disagree."""

__version__ = "0.1.0"
