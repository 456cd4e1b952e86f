"""The comparison of neighbouring numbers, and the probability that a number is right."""

import dataclasses
import math

import pytest

from vmaudio.text import Comparison, HypothesisOptions, find_entities, judge_number, transcript_from_text

SAID, NEAR = "3035550126", "3035550127"


def heard(digits, confidence=0.9):
    (phone,) = find_entities(transcript_from_text(f"Call me at {digits}.")).phones
    return dataclasses.replace(phone, confidence=confidence)


def led_by(nats):
    return Comparison((SAID, NEAR), ((0.0, -nats), (-1.0, -1.0 - nats)))


def test_a_comparison_knows_the_likeliest_number_its_lead_and_its_chance():
    """Means over the speeds decide; a number's lead is told speed by speed."""
    compared = Comparison((SAID, NEAR), ((-1.0, -3.0), (-2.0, -1.0)))
    assert (compared.best, compared.lead) == (SAID, 0.5)
    assert compared.chance == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert compared.leads(SAID) == (2.0, -1.0)
    assert compared.leads("3035550128") is None


def test_more_evidence_makes_a_number_more_probable():
    """Two passes alike before one, a lead before none, a clear voice before an unclear one."""
    one = heard(SAID)
    alike = judge_number(one, one, heard(SAID), None).probability
    alone = judge_number(one, one, heard(NEAR), None).probability
    assert 0.5 < alone < alike < 1
    leads = [judge_number(one, one, heard(NEAR), led_by(nats)).probability for nats in (-3, 0, 3)]
    assert leads == sorted(set(leads))
    unclear = heard(SAID, 0.1)
    assert judge_number(unclear, unclear, heard(NEAR), led_by(3)).probability < leads[-1]


def test_a_number_in_doubt_is_complete_when_it_is_probable_and_leads():
    """Neither alone suffices, and what was complete stays so. A probability of 1 is never reached."""
    some = HypothesisOptions(complete_from=0.8)
    doubted = dataclasses.replace(heard(SAID), complete=False)
    assert judge_number(doubted, doubted, heard(SAID), led_by(3), options=some).complete
    assert not judge_number(doubted, doubted, heard(SAID), led_by(1), options=some).complete
    assert not judge_number(doubted, doubted, heard(SAID), None, options=some).complete
    unclear = dataclasses.replace(heard(SAID, 0.05), complete=False)
    assert not judge_number(unclear, unclear, None, led_by(1.6), options=some).complete
    assert judge_number(heard(SAID), heard(SAID), None, led_by(-4), options=some).complete
    assert judge_number(doubted, doubted, heard(SAID), led_by(9)).complete
    assert not judge_number(doubted, doubted, heard(SAID), led_by(9), options=HypothesisOptions(complete_from=1.0)).complete


def test_a_probable_number_that_neither_pass_heard_stays_in_doubt():
    """What the comparison made of two other numbers is complete by its lead alone (`HypothesisOptions.made`)."""
    made = dataclasses.replace(heard(SAID), complete=False)
    some = HypothesisOptions(complete_from=0.5)
    assert judge_number(heard(NEAR), made, heard(SAID), led_by(8), options=some).complete
    alone = judge_number(heard(NEAR), made, heard(NEAR), led_by(8), options=some)
    assert alone.probability > 0.5
    assert not alone.complete


@pytest.mark.parametrize("digits", ["0795663427", "5555415", "3031550126"])
def test_what_is_no_whole_number_of_the_plan_has_no_probability(digits):
    """A first 0, seven digits where local numbers do not count, an exchange that begins with 1."""
    phone = heard(digits)
    made = judge_number(phone, phone, phone, led_by(5))
    assert (made.probability, made.complete) == (None, phone.complete)


def test_seven_digits_are_whole_where_local_numbers_count():
    """A local number has a probability then."""
    phone = heard("5555415")
    assert judge_number(phone, phone, phone, None, local=True).probability > 0.5
