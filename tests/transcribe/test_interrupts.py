"""Ctrl-C while the recogniser's libraries are imported: it waits for their end, and is not lost."""

import os
import signal
import threading

import pytest

from vmaudio.transcribe.whisper.interrupts import held_back


def test_ctrl_c_waits_for_the_end_of_the_block():
    """The block runs to its end, then the interrupt is raised; afterwards Ctrl-C works at once again."""
    done = []

    def interrupted():
        with held_back():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("the rest of the block")

    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert done
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, handler)


def test_what_a_process_ignores_stays_ignored():
    """A worker that leaves Ctrl-C to its driver goes on ignoring it."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held_back():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, handler)


def test_other_threads_are_let_alone():
    """Python refuses to set a handler outside the main thread; the block runs all the same."""
    ran = []

    def work():
        with held_back():
            ran.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran
