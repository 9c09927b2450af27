"""The history import with the databases that Home Assistant's recorder supports."""
