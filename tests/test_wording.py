"""What outlets' words make of a figure: vague words, words that recorders code, a text's own numbers, attackers."""

from __future__ import annotations

import pytest
from dispute_reader import dispute, explained

from reconcile.discrepancies import attackers
from reconcile.discrepancies.context import Said
from reconcile.discrepancies.told import stated_in
from reconcile.discrepancies.wording import loose_word, vague_word


def said(low: int | None, best: int | None, high: int | None, quote: str | None = None) -> Said:
    return Said("a", "Rudaw", low, best, high, None, None, quote)


@pytest.mark.parametrize(
    ("figure", "word"),
    [
        (said(24, None, 99, "Dozens of people"), "dozens"),
        (said(24, None, 99, "a few dozen"), "a few dozen"),  # the longest word that fits
        (said(24, None, 99), "a few dozen"),
        (said(20, None, 99), "tens"),  # nobody gives such bounds but by a word
        (said(19, None, 99), None),
        (said(3, None, 9), None),
        (said(3, None, 9, "several"), "several"),
        (said(5, None, 9, "several"), None),
        (said(24, None, 99, "at least 24"), None),
        (said(13, None, None, "more than a dozen people"), "more than a dozen"),
        (said(21, None, None, "over a score"), "over a score"),
        *(
            (said(12, None, None, f"{before} a dozen people"), f"{before} a dozen")
            for before in ("at least", "upwards of", "no fewer than", "no less than", "not less than")
        ),
        (said(13, None, None, "more than 12"), None),
        (said(2, None, None, "at least a pair"), None),
        (said(40, None, None, "more than 39, a dozen of them in Dara"), None),
        (said(2, None, None, "some"), "some"),
        (said(24, None, None), None),
        (said(None, None, 9), None),
        (said(7, 7, 7, "about seven"), None),
        *(
            (said(15, 20, 25, f"{word} 20"), f"{word} 20")
            for word in (
                "about",
                "around",
                "approximately",
                "approx",
                "roughly",
                "circa",
                "estimated",
                "an estimated",
                "nearly",
                "almost",
                "close to",
                "just under",
                "some",
                "~",
                "≈",
            )
        ),
        (said(15, 20, 25, "~20"), "~20"),
        (said(15, 20, 25, "≈20"), "≈20"),
        (said(15, 20, 25, "20"), None),
        (said(15, 20, 25, "20, not ~30"), None),
        (said(15, 20, 25, "roundabout 20"), None),
        (said(15, 20, 25), None),
    ],
)
def test_a_figure_that_stands_for_a_vague_word(figure: Said, word: str | None) -> None:
    assert vague_word(figure) == word


def test_a_rough_figure_is_stretched_by_its_wider_side_and_not_below_none() -> None:
    assert explained("Rudaw: killed 0", "Dawn: killed about_2") is not None
    for low, high, holds in (("killed 8", "20(14-22)", True), ("killed 7", "20(14-22)", False)):
        assert (stretched(low, high) is not None) is holds
    for bounds, figure, holds in (("20(18-26)", 32, True), ("20(18-26)", 33, False)):
        assert (stretched(f"killed {figure}", bounds) is not None) is holds


def stretched(figure: str, rough: str) -> tuple[str, str] | None:
    """How ``figure`` goes with ``rough``, which its outlet calls rough."""
    made = dispute(f"Rudaw: {figure}", f"Dawn: killed {rough}")
    plain, vague = made.claims
    return loose_word(plain, vague._replace(quote="about 20"), made)


@pytest.mark.parametrize(
    ("word", "just", "beyond"),
    [("dozens", 16, 15), ("dozens", 148, 149), ("about_20", 10, 9), ("about_20", 30, 31), ("many", 2, 1)],
)
def test_a_vague_word_may_be_stretched_by_half(word: str, just: int, beyond: int) -> None:
    for figure, holds in ((just, True), (beyond, False)):
        pair = (f"Rudaw: killed {figure}", f"Dawn: killed {word}")
        found = explained(*(pair if figure < 20 else pair[::-1]))
        assert (found is not None) is holds
        if found is not None:
            assert found[0] == "vague"
            assert found[1].startswith(f"'{word.replace('_', ' ')}' is read as ")
            assert found[1].endswith(f", and {figure} (Rudaw) is just outside that")


@pytest.mark.parametrize(
    ("words", "low", "just", "beyond"),
    [("more than a dozen", 13, 10, 9), ("at least two dozen", 24, 22, 21)],
)
def test_a_bound_in_a_vague_word_is_vague_as_well(words: str, low: int, just: int, beyond: int) -> None:
    made = dispute(f"Rudaw: killed {just}", "Dawn: killed many")
    plain, vague = made.claims
    bound = vague._replace(low=low, quote=f"{words} people were killed")
    assert loose_word(plain, bound, made) == (
        "vague", f"'{words}' is read as {low}+, and {just} (Rudaw) is just outside that"
    )  # fmt: skip
    assert loose_word(plain._replace(low=beyond, best=beyond, high=beyond), bound, made) is None


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        ("ACLED: killed 12", "Rudaw: killed dozens", "12 is what ACLED codes for 'dozens' (24-99): 24-99 (Rudaw)"),
        ("acled data: killed 12", "Rudaw: killed dozens", "12 is what ACLED codes for 'dozens' (24-99): 24-99 (Rudaw)"),
        (
            "ACLED: killed 100",
            "Rudaw: killed hundreds",
            "100 is what ACLED codes for 'hundreds' (200-999): 200-999 (Rudaw)",
        ),
        (
            "ACLED: killed 12 | dozens were killed",
            "Rudaw: killed 30",
            "12 is what ACLED codes for 'dozens' (24-99): 30 (Rudaw)",
        ),
        ("Rudaw: killed 5", "ACLED: killed 12 | dozens were killed", None),
        ("ACLED: killed 12 | dozens were killed", "Rudaw: killed 300", None),
        ("ACLED: killed 12", "Rudaw: killed 30", None),
        ("ACLED: killed 13", "Rudaw: killed scores", None),
        ("GTD: killed 12", "Rudaw: killed dozens", None),
        ("ACLED: killed 10", "Rudaw: killed dozens", None),
    ],
)
def test_a_recorders_figure_for_a_word(low: str, high: str, told: str | None) -> None:
    assert explained(low, high) == (None if told is None else ("vague", told))


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (
            "Rudaw: killed 5 | 7 people were killed",
            "Dawn: killed 7",
            "Rudaw counts 5, while its own text says 7: 7 (Dawn)",
        ),
        (
            "Rudaw: killed 5",
            "Dawn: killed 7 | 5 people were killed",
            "Dawn counts 7, while its own text says 5: 5 (Rudaw)",
        ),
        ("Rudaw: killed 5 | 7 people were killed, 5 were killed later", "Dawn: killed 7", None),
        ("Rudaw: killed 5 | police said 7 were killed", "Dawn: killed 7", None),
        ("Rudaw: killed 5 | 6 people were killed", "Dawn: killed 7", None),
        ("Rudaw: killed 4-5 | 7 people were killed", "Dawn: killed 7", None),
        ("Rudaw: killed 5 | 7 people were killed", "Dawn: killed 7-8", None),
        ("Rudaw: killed 5 | 7 people were wounded", "Dawn: killed 7", None),
        ("Rudaw: killed 5 | 3 people were killed at once. 2 people died later", "Dawn: killed 3", None),
    ],
)
def test_a_text_that_states_the_others_figure(low: str, high: str, told: str | None) -> None:
    assert explained(low, high) == (None if told is None else ("self-contradiction", told))


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("killed 5 percent", set()),
        ("killed 5 days ago", set()),
        ("killed 5", {5}),
        ("killing 1,200 in all", {1200}),
        ("killing 1,20 in all", {1}),
        ("a spokeswoman: 7 were killed", set()),
        ("the spokes: 7 were killed", {7}),
        ("officials met. 7 were killed", {7}),
        ("officials met.7 were killed", set()),
        ("the twenty-nine were killed", {29}),
        ("the nineteen were killed", {19}),
        ("0 were killed", {0}),
        ("six people were not killed but abducted", set()),
        ("six people might have been killed", set()),
        ("six might have died", set()),
        ("last month six people were killed in a similar attack", set()),
        ("at least six people have been killed in the district over the past week", set()),
        ("six people were killed in the nearby village the same night", set()),
        ("six were killed in another roadside bombing; two died here", {2}),
        ("security forces killed six militants in response", set()),
        ("six suspected militants were killed", set()),
        ("six gunmen shot dead three villagers", set()),
        ("six farmers were killed, and the gunmen fled", {6}),
        ("six people were killed last week", {6}),
        # A bound is not the toll
        *(
            (f"{bound} six people were killed", set())
            for bound in ("at least", "more than", "as many as", "up to", "about", "nearly", "no fewer than", "another")
        ),
        ("killing at least six people", set()),
        # ... nor is a part of it
        *(
            (f"six {part} were killed", set())
            for part in ("soldiers", "young women", "police officers", "civilians", "more", "children")
        ),
        ("six people were killed at once and two more later", set()),
        ("killed six schoolchildren", {6}),
        ("killed six villagers", {6}),
        # What nobody asserts, and what was years ago
        *(
            (f"{doubt} six people were killed", set())
            for doubt in (
                "it is not true that",
                "it is unclear whether",
                "it was feared that",
                "rumours spread that",
                "it is false that",
                "unconfirmed: ",
                "allegedly",
                "if",
                "in 2003",
            )
        ),
        ("on 14 june 2020 six people were killed", {6}),
    ],
)
def test_what_a_text_says_itself(text: str, own: set[int]) -> None:
    assert stated_in(text, "killed").tolls == own


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (
            "died",
            (
                "the gunman was shot dead",
                "the attackers were later killed",
                "the suspect died",
                "the bomber blew himself up",
                "two bombers blew themselves up",
                "the wound was self-inflicted",
                "he then took his own life",
                "she was fatally shot by police",
                "police killed the gunman",
                "killed by officers",
                "he committed suicide",
                "suspect suicide",
                "a perp was killed by a guard",
                "the assassin is dead",
                "el atacante murió",
                "террористы были убиты",
                "вбито: терориста вбито",
                "se hizo explotar",
                "l'assaillant a été abattu",
                "le forcené s'est suicidé",
            ),
        ),
        (
            "hurt",
            (
                "the gunman was wounded",
                "the attackers were critically injured",
                "police wounded the suspect",
                "he was shot and wounded",
                "the wounded attacker",
                "suspect shot by police",
                "suspect shot by officers",
                "el atacante resultó herido",
            ),
        ),
        (
            "lives",
            ("the gunman was arrested", "he is at large", "a drive-by", "no suspects", "el autor fue detenido", "huyó"),
        ),
        ("dies", ("a suicide bombing", "mass shooting", "a spree killing", "Murder-Suicide", "atentado suicida")),
        (
            "counted_in",
            (
                "five dead, including the gunman",
                "five dead, counting two attackers",
                "six dead, among them the bomber",
                "six dead, including himself",
                "cinco muertos, incluido el atacante",
                "dont l'assaillant",
            ),
        ),
        (
            "left_out",
            (
                "five dead, not including the gunman",
                "five dead, without the bomber",
                "besides the two attackers",
                "sin contar al atacante",
                "sans compter l'assaillant",
            ),
        ),
    ],
)
def test_what_becomes_of_attackers_is_read_in_words(kind: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        found = attackers.cues((text,))
        read = {
            "died": found.said_dead, "hurt": found.said_hurt, "lives": found.said_alive, "dies": found.usually_dies,
            "counted_in": attackers.counted_in(text), "left_out": attackers.left_out(text),
        }  # fmt: skip
        assert read[kind], text
        assert read["died"] or kind not in ("died", "counted_in"), text
        assert attackers.says_anything(text) or kind in ("lives", "left_out"), text


@pytest.mark.parametrize(
    "text",
    [
        "five people were killed in the market",
        "the victims were wounded",
        "a raid on the village",
        "",
        "the gunmen opened fire. five people died",
        "six dead, including a child",
        "the deadly gunmanx was shot",
        "five dead, without water",
        "huyóx",
        "atentados suicidados",
        "the attackers who left. was dead",
    ],
)
def test_words_of_others_say_nothing_of_attackers(text: str) -> None:
    assert attackers.cues((text,)) == attackers.Cues(False, False, False, False, frozenset())
    assert not attackers.says_anything(text)
    assert not attackers.left_out(text)


def test_who_is_left_out_is_not_counted_in() -> None:
    assert not attackers.counted_in("five dead, not including the gunman")
    assert not attackers.cues(("five dead, not including the gunman",)).said_dead
    assert not attackers.says_anything("the gunman was arrested")


def test_the_number_of_attackers_is_read_where_it_is_said() -> None:
    def numbers(*texts: str) -> set[int]:
        return set(attackers.cues(texts).numbers)

    assert numbers("Two gunmen and 12 masked attackers", "three perpetrators") == {2, 12, 3}
    assert numbers("twelve bombers", "100 militants") == {12, 100}
    assert numbers("two perpetratorsx", "a gunman", "two children and gunmen") == set()


@pytest.mark.parametrize(
    "says",
    [
        "the gunman shot himself",
        "the gunman was wounded",
        "two gunmen",
        "mass shooting",
        "including the gunman",
        "not counting the gunman",
        "fled",
    ],
)
def test_of_a_long_text_the_first_four_thousand_characters_are_read(says: str) -> None:
    def read(text: str) -> tuple[attackers.Cues, bool, bool, bool]:
        return (
            attackers.cues((text,)),
            attackers.says_anything(text),
            attackers.counted_in(text),
            attackers.left_out(text),
        )

    nothing = read("")
    assert read("x" * (3_999 - len(says)) + " " + says) != nothing
    assert read("x" * 4_000 + " " + says) == nothing
    assert read("x" * (4_000 - len(says)) + " " + says) == nothing


@pytest.mark.parametrize(
    ("text", "measure", "numbers"),
    [
        *((f"{number} civilians were {verb} there", "killed", {31})
          for number in ("31", "thirty-one") for verb in ("killed", "dead", "fatally shot", "shot dead", "slain")),
        ("nineteen people died", "killed", {19}),
        *((f"gunmen opened fire, {verb} 1,200 people", "killed", {1200}) for verb in ("killing", "killed", "kills")),
        *((f"four were {verb}", "injured", {4}) for verb in ("injured", "wounded", "hurt")),
        *((f"a bomb {verb} at least 12", "injured", {12})
          for verb in ("injuring", "injured", "wounding", "wounded", "injures", "wounds")),
        *((f"killing {said} 3 people", "killed", {3}) for said in ("at least", "about", "another", "some", "all")),
        ("killed 5 days later", "killed", set()), ("30 shots killed a man", "killed", set()),
        ("two men and a child were killed", "killed", set()), ("x" * 3_990 + " 5 killed", "killed", {5}),
        ("x" * 3_991 + " 5 killed", "killed", {5}), ("x" * 3_992 + " 5 killed", "killed", set()),
        ("7 killed", "abducted", set()),
    ],
)  # fmt: skip
def test_a_text_states_numbers_of_people_in_so_many_words(text: str, measure: str, numbers: set[int]) -> None:
    assert stated_in(text, measure).every == numbers


def test_what_somebody_says_is_not_the_texts_own_word() -> None:
    found = stated_in("police said 7 were killed. earlier 3 were killed. 5 were killed; 6 soldiers died!", "killed")
    assert found == ({5}, {5, 6}, {3, 5, 6, 7})


@pytest.mark.parametrize(
    "text",
    [
        "No attackers were killed.",
        "None of the gunmen was killed.",
        "The gunman was shot and wounded by police.",
        "The attacker was shot and later arrested.",
        "The suspect was shot in the leg.",
    ],
)
def test_an_attacker_who_lived_is_not_told_dead(text: str) -> None:
    assert not attackers.cues((text,)).said_dead
    assert attackers.cues(("The attackers were shot dead. " + text,)).said_dead
