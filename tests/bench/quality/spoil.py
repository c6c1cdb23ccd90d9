"""Known ways to spoil a good pair, each with the measure that has to notice."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Pair = tuple[str, str]
Spoiler = Callable[[Pair, list[Pair], random.Random], Pair]

INSULTS = (
    "You are an idiot!",
    "That is a stupid question.",
    "Are you blind? Use your brain!",
    "Stop wasting my time, moron.",
    "What the hell is wrong with you?",
    "Only a fool would ask that.",
    "This is your own fault, you clown!",
    "Shut up and read the manual.",
)
FOREIGN = (
    "Bitte öffnen Sie die Einstellungen und wählen Sie die gewünschte Option aus.",
    "Leider ist dieser Dienst am Wochenende nicht verfügbar, versuchen Sie es morgen noch einmal.",
    "Veuillez vérifier votre connexion et redémarrer votre appareil avant de continuer.",
    "Nous sommes ouverts tous les jours de neuf heures à dix-huit heures.",
    "Por favor, compruebe su cuenta y vuelva a introducir la contraseña.",
    "El aparcamiento es gratuito para todos los huéspedes del hotel.",
    "Si prega di controllare la posta elettronica e seguire le istruzioni ricevute.",
    "Il pagamento può essere effettuato con carta di credito o in contanti.",
    "Por favor verifique os dados da sua conta e tente novamente mais tarde.",
    "U kunt uw wachtwoord wijzigen via de instellingen van uw account.",
    "Proszę sprawdzić ustawienia konta i spróbować ponownie za kilka minut.",
    "Vänligen kontrollera dina inställningar och försök igen senare.",
)
PLACEHOLDERS = (
    "{{customer_name}}",
    "[INSERT NAME]",
    "{{ticket.id}}",
    "[Your Company]",
    "<your name here>",
    "{first_name}",
    "[INSERT LINK HERE]",
    "${order_id}",
    "[DATE]",
    "%CUSTOMER_NAME%",
)
GREETINGS = (
    "Hello there, good morning!",
    "Hi, how are you?",
    "Good afternoon to you all",
    "Hello, nice to meet you.",
    "Hey there team, hello!",
    "Dear support team, hello",
    "Good evening, hello.",
    "Hi hi hello!",
)
EMPTY_QUESTIONS = (
    "I have a question about something.",
    "Can you help me please?",
    "It does not work.",
    "I need some help with this.",
    "There is a problem with it.",
    "Could you please do something?",
    "I want to know more.",
    "What about that thing?",
    "Why is it like this?",
    "Please fix this issue soon.",
)
GREETING_ANSWERS = (
    "Hello, how can I help you today?",
    "Thank you for contacting us!",
    "Hi there, thanks for reaching out to us.",
    "Good morning! How may I assist you?",
)


def _shuffled(text: str, chance: random.Random) -> str:
    words = text.split()
    mixed = list(words)
    for _ in range(10):
        chance.shuffle(mixed)
        if mixed != words:
            break
    return " ".join(mixed)


def other_answer(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """The answer of another question: one that shares less than half of its words with this one."""
    mine = set(pair[0].lower().split())
    for _ in range(200):
        question, answer = chance.choice(others)
        words = set(question.lower().split())
        if answer != pair[1] and len(mine & words) < 0.5 * len(mine | words):
            return pair[0], answer
    raise ValueError("all questions of this sample are alike")


def truncated_answer(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """The answer stops after 30 to 70 % of its words."""
    words = pair[1].split()
    return pair[0], " ".join(words[: max(1, int(len(words) * chance.uniform(0.3, 0.7)))])


def cut_mid_word(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """The answer stops after 30 to 70 % of its characters."""
    return pair[0], pair[1][: max(4, int(len(pair[1]) * chance.uniform(0.3, 0.7)))]


def shuffled_answer(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """The words of the answer in random order."""
    return pair[0], _shuffled(pair[1], chance)


def shuffled_question(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """The words of the question in random order."""
    return _shuffled(pair[0], chance), pair[1]


def shouting(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """The answer in capitals with exclamation marks."""
    return pair[0], pair[1].upper().rstrip(".") + "!!!"


def insulting(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """An insult before or after the answer."""
    insult = chance.choice(INSULTS)
    return pair[0], chance.choice((f"{insult} {pair[1]}", f"{pair[1]} {insult}"))


def other_language(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """An answer in another language."""
    return pair[0], chance.choice(FOREIGN)


def placeholder(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """A template variable in the place of one word of the answer."""
    words = pair[1].split()
    words[chance.randrange(len(words))] = chance.choice(PLACEHOLDERS)
    return pair[0], " ".join(words)


def greeting_question(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """A greeting in the place of the question."""
    return chance.choice(GREETINGS), pair[1]


def greeting_answer(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """A greeting in the place of the answer."""
    return pair[0], chance.choice(GREETING_ANSWERS)


def empty_question(pair: Pair, others: list[Pair], chance: random.Random) -> Pair:
    """A question without content."""
    return chance.choice(EMPTY_QUESTIONS), pair[1]


@dataclass(frozen=True)
class Way:
    """One way to spoil pairs, the measures responsible for it (their least counts), and the AUC asked of them."""

    name: str
    spoil: Spoiler
    measures: tuple[str, ...]
    target: float = 0.95


WAYS = (
    Way("answer of another question", other_answer, ("relevance",)),
    Way("truncated answer (at a word)", truncated_answer, ("answer_completeness",)),
    Way("truncated answer (in a word)", cut_mid_word, ("answer_completeness",)),
    Way("shuffled words, answer", shuffled_answer, ("answer_grammar",), 0.90),
    Way("shuffled words, question", shuffled_question, ("question_grammar",), 0.90),
    Way("shouting", shouting, ("answer_tone",)),
    Way("insults", insulting, ("answer_tone",)),
    Way("other language", other_language, ("language",)),
    Way("placeholder left", placeholder, ("answer_completeness",)),
    Way("greeting only, question", greeting_question, ("question_clarity",)),
    Way("greeting only, answer", greeting_answer, ("answer_completeness",)),
    Way("question without content", empty_question, ("question_clarity",)),
)
