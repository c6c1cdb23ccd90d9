from __future__ import annotations

import pytest

TECHNICAL = [
    "Switch lazy evaluation off in the query settings, the list is then complete at once.",
    "A dumb switch between both routers is enough, it needs no settings at all.",
    "When the belt jerks at the start, tighten the screw below the motor by one turn.",
    "The plug is fool proof, it only fits with the notch on the upper side.",
    "The losers of the first round are shown in the lower bracket of the plan.",
    "Pin all packages to leave version hell, then install them from the lock file.",
    "The handle is screwed to the frame with four bolts, take them out first.",
    "Clean the soap scum from the sensor with vinegar, then the tap reacts again.",
    "The two settings get lost when the battery is out for more than an hour.",
    "The red lamp is lit while it charges, it goes out after about three hours.",
    "Retard the ignition by two degrees when the engine knocks under load.",
    "The creep speed of the lift is set with the lower wheel on the board.",
]
RUDE = [
    "You are a loser, the key is where it always was, look for it again.",
    "How dumb are you, the cable goes into the other socket of the box.",
    "What a jerk you are, I have told you where the switch is twice already.",
    "Lazy people like you never read page four of the manual that we sent.",
    "Take the bloody cover off and look at the wheel before you write again.",
    "You are screwed, nobody here is going to repair that for you any more.",
    "Only a fool would plug that in there, take it out and use the other one.",
]


@pytest.mark.parametrize("answer", TECHNICAL)
def test_a_word_that_names_a_thing_insults_nobody(judged, answer):
    found = judged(question="How do I get the machine to work again as before?", answer=answer)
    assert not {"answer_insulting", "answer_profane", "answer_slangy"} & set(found["rejections"])
    assert found["answer_tone"] > 0.9


@pytest.mark.parametrize("answer", RUDE)
def test_the_same_words_said_of_a_person_do(judged, answer):
    found = judged(question="How do I get the machine to work again as before?", answer=answer)
    assert {"answer_insulting", "answer_profane"} & set(found["rejections"])
