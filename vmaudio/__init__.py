"""vmaudio: which voicemails work? Transcribe, measure, classify and score recorded voicemails, locally."""

__version__ = "0.1.0"
