"""Stands in for a filter of voice assistants that has to be compiled.

Home Assistant imports it at each start and uses it when somebody speaks: here nobody does.
"""


class AudioProcessor:
    """Imported, never made."""
