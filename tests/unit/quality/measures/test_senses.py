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
    "The bitch of the breed weighs up to thirty kilos, so choose the large crate.",
    "This is a stupid mistake of ours, we corrected the invoice and sent it again.",
    "Sorry for our stupid form, it lost your address, we entered it for you by hand.",
    "A stupid question does not exist, the switch is under the cover on the left.",
    "Bloody streaks on the test strip mean that it is used up, take a new one.",
    "Drop dead letters from the queue after a week, the setting is in the broker.",
    "Shut up the cover firmly until both latches click, or the pump does not start.",
    "Are you blind or do you see badly? Then choose large type under Accessibility.",
    "Kill the hung process, then add the host to the blacklist and execute the script.",
    "Set the second disk to slave and put a dummy load on the output for the test.",
    "The penetration test found no hole, the crash was a zombie process that we aborted.",
    "The male plug goes into the female socket, strip the wire by one centimetre first.",
]
RUDE = [
    "This is the stupid question of a stupid customer, read page four again.",
    "Are you blind, the switch is where it always was, on the back of it.",
    "Shut up and wait until somebody has time for your problem with the lamp.",
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
