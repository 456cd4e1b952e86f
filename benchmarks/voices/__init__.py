"""Telephone numbers in many voices, through many lines, said in many ways: made by seed, heard once, judged by replay.

`speakers` makes the voices, `styles` what they say, `lines` what the telephone does to it, and `plan` puts the three together
so that no voice, line (but the clean one) or way to say a number (but the plain one) of one part is in another. `hear`
recognises each recording once and keeps all that was heard; rules and models are then fitted and judged on what it kept.
"""
