"""Stand-in for an audio filter that would have to be compiled.

Home Assistant imports it at every start, but uses it only for voice commands.
"""


class AudioProcessor:
    """Imported, but never instantiated."""
