"""Sample voicemails and how they are made."""
