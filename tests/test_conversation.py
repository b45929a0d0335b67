"""Follow-ups keep what was said before; a new topic drops it."""

from __future__ import annotations

import pytest

from rag.answering.conversation import (
    FORGOTTEN_AFTER_S,
    MAX_CONVERSATIONS,
    Conversation,
    Conversations,
    Interpreter,
    Turn,
)
from rag.chatbot import Chatbot
from rag.curated.concepts import Concept, Concepts
from rag.language.words import Lexicon, split_words
from rag.types import PUBLIC, Access, Answer, Language, Span
from tests.support.fakes import RULE


def talk(chatbot: Chatbot, *questions: str) -> list[Answer]:
    answers: list[Answer] = []
    for question in questions:
        answers.append(chatbot.ask(question, conversation_id=answers[0].conversation_id if answers else None))
    return answers


@pytest.mark.parametrize(
    "questions",
    [
        ("Saanko liittää henkilötietoja tähän työkaluun?", "Entä Copilotiin?"),
        ("May I paste personal data into ChatGPT?", "And in Copilot?"),
        ("Får jag mata in personuppgifter i en AI-tjänst?", "Och i Copilot?"),
    ],
)
def test_a_follow_up_changes_the_tool_and_keeps_the_rest(chatbot: Chatbot, questions: tuple[str, str]) -> None:
    first, second = talk(chatbot, *questions)
    assert (first.verdict, second.verdict) == ("only_if_approved", "only_if_approved")
    assert "Copilot" not in first.statements[0].text
    assert "Copilot" in second.statements[0].text
    assert second.language == first.language
    assert second.conversation_id == first.conversation_id


def test_a_follow_up_changes_the_data(chatbot: Chatbot) -> None:
    first, public, secret = talk(
        chatbot, "Saanko liittää henkilötietoja tekoälypalveluun?", "Entä julkinen tieto?", "Entä salaiset paperit?"
    )
    assert first.verdict == secret.verdict == "only_if_approved"
    assert (public.status, public.verdict) == ("refused", None)


def test_what_goes_on_from_a_question_about_a_service_is_about_it_however_long_it_goes_on(chatbot: Chatbot) -> None:
    *_, last = talk(
        chatbot,
        "May I paste client data into Gemini?",
        "May I mention the name of the patient?",
        "And may I mention his diagnosis?",
    )
    assert last.verdict == "only_if_approved"


@pytest.mark.parametrize(
    "questions",
    [
        ("Voiko tekoälyllä luonnostella kirjeen?", "Mites jos annan sille pohjaksi asiakkaan hetun?"),
        ("Kan man sammanfatta rapporter med Copilot?", "Tänk om jag ger den klientens personbeteckning?"),
        ("Can AI summarise reports?", "ok but what if the report I give it has patients' diagnoses in it?"),
        ("Voiko Copilotilla tiivistää tekstejä?", "ok mutta mitä jos annan sille asiakkaan henkilötunnuksen?"),
        ("Mitä jos syötän Copilotiin asiakkaan henkilötunnuksen?",),  # the first question there is
        ("Tänk om jag matar in klientens personbeteckning i Copilot?",),
        ("What if I paste a patient's diagnosis into ChatGPT?",),
    ],
)
def test_what_if_protected_material_is_given_to_the_service_that_is_spoken_of(
    chatbot: Chatbot, questions: tuple[str, ...]
) -> None:
    *_, last = talk(chatbot, *questions)
    assert last.verdict == "only_if_approved"


def test_what_if_it_is_taken_out_of_the_material(chatbot: Chatbot) -> None:
    *_, second = talk(chatbot, "Kelpaako genai tekstien kääntämiseen?", "Mitä jos asiakkaan nimi on poistettu?")
    assert second.verdict is None


def test_what_is_asked_on_says_what_of_it_in_few_words(chatbot: Chatbot) -> None:
    *_, use = talk(
        chatbot, "Mikä se AuroraAI-verkko oikein on?", "Och när skulle vanligt folk kunna börja använda det?"
    )
    assert (use.status, use.language) == ("answered", "sv")
    assert "2022" in use.statements[0].text


def test_does_it_also_apply_to_drafts(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, "Får jag klistra in sekretessbelagt material i Copilot?", "Gäller det också utkast?")
    assert first.verdict == second.verdict == "only_if_approved"
    assert second.citations[0].quote == RULE


def test_a_follow_up_about_another_group(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, "Kuka toimii AuroraAI:n johtoryhmän puheenjohtajana?", "Entä ohjausryhmän?")
    assert "johtoryhmän puheenjohtajana" in first.citations[0].quote
    assert "ohjausryhmän puheenjohtajana" in second.citations[0].quote


def test_a_new_topic_drops_what_was_said_before(chatbot: Chatbot) -> None:
    _, second = talk(
        chatbot, "Saanko liittää henkilötietoja Copilotiin?", "Kuinka monta organisaatiota vastasi kyselyyn?"
    )
    assert second.verdict is None
    assert "54" in second.message


FIRST = {
    "fi": "Saako henkilötietoja syöttää Copilotiin?",
    "sv": "Får man mata in personuppgifter i Copilot?",
    "en": "May I paste personal data into Copilot?",
}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Missä on vessa?"),
        ("fi", "Mikä on GDPR?"),
        ("fi", "Kuka sen päättää?"),
        ("fi", "Entä sää?"),
        ("fi", "Paljonko kello on?"),
        ("fi", "Entä pizza?"),
        ("sv", "Var är toaletten?"),
        ("sv", "Vem bestämmer det?"),
        ("sv", "Och vädret?"),
        ("en", "Where is the toilet?"),
        ("en", "Who decides that?"),
        ("en", "And the weather?"),
        ("en", "What is GDPR?"),
    ],
)
def test_a_message_that_earns_no_reading_inherits_no_verdict(chatbot: Chatbot, language: str, text: str) -> None:
    first, second = talk(chatbot, FIRST[language], text)
    assert first.verdict == "only_if_approved"
    assert (second.status, second.verdict, second.language) == ("refused", None, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Ja julkista?"),
        ("fi", "entä julkisen?"),
        ("fi", "entä avointa dataa?"),
        ("sv", "Och offentliga uppgifter?"),
        ("en", "and public data?"),
    ],
)
def test_public_material_has_no_verdict_and_is_told_so(chatbot: Chatbot, language: str, text: str) -> None:
    _, second = talk(chatbot, FIRST[language], text)
    assert (second.status, second.reason, second.verdict) == ("refused", "not_in_guidance", None)
    assert second.see_also[0].quote == RULE


def test_a_message_in_between_does_not_break_the_thread(chatbot: Chatbot) -> None:
    *_, third = talk(chatbot, FIRST["fi"], "Missä on vessa?", "Entä ChatGPT:hen?")
    assert third.verdict == "only_if_approved"
    assert "ChatGPT" in third.statements[0].text


def test_a_follow_up_in_another_language_is_answered_in_its_own(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, FIRST["fi"], "What about Gemini?")
    assert (first.language, second.language, second.verdict) == ("fi", "en", "only_if_approved")
    assert "Gemini" in second.statements[0].text


def test_what_points_back_is_asked_of_what_was_cited(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, "Vilka språkmodeller var vanligast?", "Varför valde man dem?")
    assert (first.status, second.status) == ("answered", "answered")
    assert second.citations[0].document_id == first.citations[0].document_id
    assert "Kustannukset" in second.citations[0].quote


def test_the_day_of_a_signature_is_not_when_it_ended(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, "Who signed the AuroraAI decision?", "and when did it end?")
    assert first.status == "answered"
    assert "2020" in first.citations[0].quote
    assert first.citations[0].quote not in [each.quote for each in second.citations]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_the_guidance_says_of_other_data_is_shown_in_the_readers_language(chatbot: Chatbot, language: str) -> None:
    _, second = talk(chatbot, FIRST[language], {"sv": "Och offentliga uppgifter?", "en": "and public data?"}[language])
    assert second.see_also[0].quote == RULE
    assert second.see_also[0].translation


@pytest.mark.parametrize(
    "text", ["Mitä näistä seuraa?", "Kuka siitä päättää?", "Vad gäller för dem?", "What about it?", "who decided that"]
)
def test_what_points_at_nothing_is_not_answered(chatbot: Chatbot, text: str) -> None:
    answer = chatbot.ask(text)
    assert (answer.status, answer.reason, answer.verdict) == ("refused", "not_in_guidance", None)


@pytest.mark.parametrize("text", ["Onko tästä poikkeuksia?", "Onko näihin poikkeuksia?"])
def test_what_is_asked_of_an_answer_is_not_out_of_scope(chatbot: Chatbot, text: str) -> None:
    _, second = talk(chatbot, FIRST["fi"], text)
    assert (second.status, second.reason) == ("refused", "not_in_guidance")


def test_what_is_asked_of_a_thing_that_was_not_found_is_not_answered_of_another(chatbot: Chatbot) -> None:
    parts = chatbot.ask("Montako henkeä tekoälytiimissä on ja mikä sen budjetti on?").parts
    assert [part.status for part in parts] == ["refused", "refused"]


def test_a_pronoun_stands_for_all_the_words_that_name_the_first_thing(lexicon: Lexicon) -> None:
    named = Concept(id="language_model", kind="topic", en=("language model",))
    interpreter = Interpreter(lexicon, Concepts([named], lexicon), set())
    cited = (("survey", Span(0, 10)),)
    before = Turn("Which language models were used in the pilots?", "en", cited)
    first, *_ = interpreter.readings_of("Why were these chosen?", before, "en")
    assert first.text == "Why were language models chosen?"
    assert (first.documents, first.said, first.leans, first.rules) == (frozenset({"survey"}), cited, True, False)
    nothing_named, *_ = interpreter.readings_of("Why were they chosen?", Turn("Who came?", "en", cited), "en")
    assert nothing_named.text == "Why were came chosen?"


def test_a_place_that_tells_beginning_and_end_answers_both(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, "When did AuroraAI start?", "and when did it end?")
    assert (second.status, second.language) == ("answered", "en")
    assert "31.12.2022" in second.citations[0].quote
    assert first.citations[0].quote == second.citations[0].quote


@pytest.mark.parametrize(
    ("questions", "quote"),
    [
        (("Miltä momentilta AuroraAI-ohjelman kulut maksetaan?", "mikä sen seurantakoodi on"), "30006918"),
        (
            ("Milloin ministeriöiden tekoälyn yhteistyöryhmä perustettiin?", "Kuka sen asetti?"),
            "asetti lokakuussa 2024",
        ),
        (("Milloin AuroraAI-ohjelma alkoi?", "ja millon se loppu?"), "31.12.2022"),
        (("Vad kostade AI-projekten ungefär?", "och det dyraste?"), "1,7 miljoonan"),
        (("När tillsattes ministeriernas samarbetsgrupp?", "Vem tillsatte den?"), "asetti lokakuussa 2024"),
    ],
)
def test_the_place_that_was_told_answers_again_where_it_tells_what_is_asked_now(
    chatbot: Chatbot, questions: tuple[str, str], quote: str
) -> None:
    *_, answer = talk(chatbot, *questions)
    assert any(quote in each.quote for each in answer.citations)


@pytest.mark.parametrize(
    "questions",
    [
        ("När görs slututvärderingen av AuroraAI?", "vem är det som gör den?"),
        ("Saako henkilötietoja syöttää Copilotiin?", "Kuka sen päättää?"),
        ("Mitkä olivat yleisimmät kielimallit?", "Kuka ne valitsi?"),
    ],
)
def test_the_place_that_was_told_does_not_answer_what_it_does_not_tell(
    chatbot: Chatbot, questions: tuple[str, str]
) -> None:
    *_, answer = talk(chatbot, *questions)
    assert (answer.status, answer.citations) == ("refused", ())


@pytest.mark.parametrize(
    "questions",
    [
        ("Saako henkilötietoja syöttää tekoälylle?", "entä jos organisaatio on hyväksynyt palvelun juuri siihen?"),
        ("Får vi mata in lönelistan i en AI-tjänst?", "Och om tjänsten är godkänd för just det hos oss?"),
        ("May I paste client data into Copilot?", "and if our organisation has approved it?"),
    ],
)
def test_what_the_words_that_decided_tell_themselves_is_told_again(
    chatbot: Chatbot, questions: tuple[str, str]
) -> None:
    first, second = talk(chatbot, *questions)
    assert second.verdict == first.verdict == "only_if_approved"
    assert second.citations[0].quote == first.citations[0].quote


@pytest.mark.parametrize(
    "questions",
    [
        ("Saako henkilötietoja syöttää Copilotiin?", "entä jos ei oo?"),
        ("Saako henkilötietoja syöttää Copilotiin?", "eiku sori, sitä EI ookaan hyväksytty"),
        ("Voiko kehotteeseen kirjoittaa henkilötietoja jos palvelu on hyväksytty siihen?", "entä jos ei oo?"),
        ("If Copilot is approved, may I paste personal data into it?", "And if not?"),
        ("Får jag skriva om klienternas personuppgifter i Copilot om den är godkänd?", "Och om inte?"),
        ("Copilot on hyväksytty meillä, saanko syöttää siihen hetun?", "eiku sitä ei ookaan hyväksytty"),
        ("May I enter personal data into ChatGPT?", "and if it isn't approved?"),
        ("May I enter personal data into ChatGPT?", "what if it isn't?"),
        ("Får jag mata in personuppgifter i Copilot?", "och om den inte är godkänd hos oss?"),
        ("Får jag mata in personuppgifter i Copilot?", "och om inte?"),
    ],
)
def test_without_the_leave_that_the_verdict_depends_on_it_is_no(chatbot: Chatbot, questions: tuple[str, str]) -> None:
    first, second = talk(chatbot, *questions)
    assert (first.verdict, second.verdict) == ("only_if_approved", "not_allowed")
    assert second.citations[0].quote == RULE


@pytest.mark.parametrize(
    ("questions", "verdict"),
    [
        (("Saako julkista tietoa syöttää Copilotiin?", "eiku tarkoitin ei-julkista"), "only_if_approved"),
        (
            ("Får jag mata in offentliga uppgifter i Copilot?", "nej förlåt, jag menade icke-offentliga"),
            "only_if_approved",
        ),
        (("May I enter public data into ChatGPT?", "sorry, I meant confidential data"), "only_if_approved"),
        (("May I enter personal data into ChatGPT?", "no wait, I mean public data"), None),
        (("Saako henkilötietoja syöttää Copilotiin?", "sori, tarkoitin siis julkista"), None),
    ],
)
def test_who_corrects_what_was_said_asks_of_the_other(
    chatbot: Chatbot, questions: tuple[str, str], verdict: str | None
) -> None:
    *_, answer = talk(chatbot, *questions)
    assert answer.verdict == verdict


@pytest.mark.parametrize("text", ["or not?", "eller inte?", "vai ei?", "I mean to write a letter to a client."])
def test_what_supposes_nothing_takes_no_leave_back(chatbot: Chatbot, text: str) -> None:
    *_, answer = talk(chatbot, "May I paste personal data into Copilot?", text)
    assert answer.verdict != "not_allowed"


@pytest.mark.parametrize(
    ("questions", "told"),
    [
        (("Saako henkilötietoja syöttää Copilotiin?", "Entä salassa pidettäviä?"), "(salassapidettävä materiaali)"),
        (("May I paste confidential data into ChatGPT?", "and personal data?"), "(personal data)"),
    ],
)
def test_other_data_takes_the_place_of_the_data_before(chatbot: Chatbot, questions: tuple[str, str], told: str) -> None:
    *_, answer = talk(chatbot, *questions)
    assert told in answer.statements[0].text


@pytest.mark.parametrize(
    ("questions", "row"),
    [
        (("Voinko käyttää tekoälyä päätösluonnoksen tekemiseen", "mitä hyötyä siitä on?"), "Dokumenttien luonti"),
        (("Can AI plan work shifts?", "what are the benefits?"), "Työvuorojen suunnittelu"),
        (("Kan man planera arbetsskift med AI?", "vilka fördelar har det?"), "Työvuorojen suunnittelu"),
        (("Käännökset tekoälyllä?", "säästääkö se aikaa?"), "Käännökset"),
    ],
)
def test_a_row_that_was_told_answers_again_when_another_column_is_asked_for(
    chatbot: Chatbot, questions: tuple[str, str], row: str
) -> None:
    *_, answer = talk(chatbot, *questions)
    assert answer.citations[0].quote.startswith(row)


@pytest.mark.parametrize(
    "questions",
    [
        ("May I enter personal data into ChatGPT?", "and what about Gemini?"),
        ("Saako henkilötietoja syöttää Copilotiin?", "miten on Geminin laita?"),
        ("Får jag mata in personuppgifter i Copilot?", "och hur är det med Gemini?"),
    ],
)
def test_another_service_takes_the_place_of_the_one_before(chatbot: Chatbot, questions: tuple[str, str]) -> None:
    *_, answer = talk(chatbot, *questions)
    assert answer.verdict == "only_if_approved"
    assert "Gemini" in answer.statements[0].text


def test_a_word_of_a_question_that_was_offered_asks_it(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, "Vilka språkmodeller användes mest i projekten?", "Och finländska?")
    assert any("finländska" in each for each in first.follow_ups)
    assert "Poro" in second.citations[0].quote
    *_, projects = talk(chatbot, "Montako organisaatiota siihen genai-kyselyyn vastas?", "entä projekteja?")
    assert "126" in projects.citations[0].quote  # not the offered one on what projects tested


@pytest.mark.parametrize(
    "text",
    ["no entä jos mä otan nimet ja tunnukset pois eka", "och om namnen tas bort?", "what if the names are taken out?"],
)
def test_what_is_taken_out_has_no_verdict(chatbot: Chatbot, text: str) -> None:
    *_, answer = talk(chatbot, "Saako asiakkaan nimet syöttää Copilotiin?", text)
    assert (answer.status, answer.verdict) == ("refused", None)


def test_another_supposition_inherits_no_verdict(chatbot: Chatbot) -> None:
    for supposed in ("what if the data is anonymised?", "and if it rains?"):
        *_, answer = talk(chatbot, "May I paste client data into Copilot?", supposed)
        assert (answer.status, answer.verdict) == ("refused", None)


def test_the_noun_beside_a_pronoun_tells_what_is_meant(chatbot: Chatbot) -> None:
    *_, answer = talk(chatbot, "Milloin AuroraAI-ohjelma asetettiin?", "Ketkä sen päätöksen allekirjoittivat?")
    assert any("Sirpa Paatero" in each.quote for each in answer.citations)


def test_another_year_takes_the_place_of_the_one_before(chatbot: Chatbot) -> None:
    *_, answer = talk(chatbot, "Vad skulle göras inom AuroraAI under 2020?", "Och 2021?", "Och 2022?")
    assert "Vuonna 2022" in answer.citations[0].quote


@pytest.mark.parametrize(
    ("asked", "then", "meant"),
    [
        ("Saako yli 500 euron lahjan ottaa?", "Entä alle 100 euron?", "Saako alle 100 euron lahjan ottaa?"),
        ("Saako yli 500 euron lahjan ottaa?", "Entä 100 euron?", "Saako 100 euron lahjan ottaa?"),
        ("Saako 500 euron lahjan ottaa?", "Entä yli 700 euron?", "Saako yli 700 euron lahjan ottaa?"),
        ("May I take a gift of 500 euros or more?", "And under 20 euros?", "May I take a gift of under 20 euros?"),
        ("Får man ta emot en gåva på högst 50 euro?", "Och över 80 euro?", "Får man ta emot en gåva på över 80 euro?"),
    ],
)
def test_another_value_takes_the_place_of_the_one_before_with_what_bounds_it(
    lexicon: Lexicon, asked: str, then: str, meant: str
) -> None:
    language: Language = "fi" if asked.startswith("Saako") else "en" if asked.startswith("May") else "sv"
    known = {name for word in split_words(then) for name in lexicon.read(word, language).names()}
    interpreter = Interpreter(lexicon, Concepts([], lexicon), known)
    readings = interpreter.readings_of(then, Turn(asked, language, ()), language)
    assert meant in [each.text for each in readings]


def test_the_answer_before_is_never_repeated_for_another_question(chatbot: Chatbot) -> None:
    first, second = talk(chatbot, "Vilka var de vanligaste utmaningarna i pilotförsöken?", "och fördelarna då?")
    assert second.status == "answered"
    assert not {c.quote for c in first.citations} & {c.quote for c in second.citations}


def test_without_its_conversation_a_follow_up_is_nothing(chatbot: Chatbot) -> None:
    chatbot.ask("Saanko liittää henkilötietoja Copilotiin?")
    assert chatbot.ask("Entä julkinen tieto?", conversation_id="another").verdict is None


OF_AINO = Conversation("aino", "1")


def test_only_the_latest_conversations_are_remembered() -> None:
    conversations = Conversations()
    for number in range(MAX_CONVERSATIONS + 1):
        conversations.remember(Conversation("", str(number)), Turn("?", "fi"))
    assert conversations.begun("0", PUBLIC)[1] is None
    assert conversations.begun(str(MAX_CONVERSATIONS), PUBLIC)[1] == Turn("?", "fi")
    assert conversations.begun(None, PUBLIC)[1] is None


@pytest.mark.parametrize(
    ("kept", "access", "known"),
    [
        pytest.param(OF_AINO, Access(who="aino"), True, id="who it is"),
        pytest.param(OF_AINO, Access(who="aino", client="10.0.0.9"), True, id="wherever they come from"),
        pytest.param(OF_AINO, Access(who="eero"), False, id="nobody else"),
        pytest.param(OF_AINO, Access(client="10.0.0.9"), False, id="nor who has not signed in"),
        pytest.param(Conversation("10.0.0.9", "1"), Access(client="10.0.0.9"), True, id="an id that was chosen there"),
        pytest.param(Conversation("10.0.0.9", "1"), Access(client="10.0.0.8"), False, id="is not known elsewhere"),
        pytest.param(Conversation("", "1"), Access(client="10.0.0.8"), True, id="one of our own is known anywhere"),
        pytest.param(Conversation("", "1"), Access(who="aino"), False, id="but not to who has signed in since"),
    ],
)
def test_a_conversation_is_gone_on_with_by_whose_it_is(kept: Conversation, access: Access, known: bool) -> None:
    conversations = Conversations()
    conversations.remember(kept, Turn("?", "fi"))
    conversation, turn = conversations.begun("1", access)
    assert (turn is not None) == known
    assert conversation == kept if known else conversation.whose == (access.who or access.client)


def test_an_id_of_our_own_cannot_be_guessed() -> None:
    conversation, turn = Conversations().begun(None, Access(client="10.0.0.9"))
    assert (conversation.whose, len(conversation.id), turn) == ("", 32, None)


def test_small_talk_begins_a_conversation_that_goes_on(chatbot: Chatbot) -> None:
    greeted, asked = talk(chatbot, "Hei!", "Saanko liittää henkilötietoja Copilotiin?")
    assert asked.conversation_id == greeted.conversation_id


def test_a_conversation_is_forgotten_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("rag.answering.conversation.time.monotonic", lambda: now)
    conversations = Conversations()
    conversations.remember(OF_AINO, Turn("?", "fi"))
    now = FORGOTTEN_AFTER_S
    assert conversations.begun("1", Access(who="aino"))[1] is None
    conversations.remember(Conversation("", "new"), Turn("?", "sv"))
    assert [each.id for each in conversations._kept] == ["new"]


@pytest.mark.parametrize(
    "questions",
    [
        ("Meillä on salassa pidettävä selvitys, noin 40 sivua.", "Saanko syöttää sen tekoälylle?"),
        ("Saako julkaistun esitteen syöttää ChatGPT:hen?", "Entä jos tiedostossa on asiakkaiden nimiä ja sairauksia?"),
        (
            "Får jag klistra in ett publicerat pressmeddelande i ChatGPT?",
            "Men om det är ett utkast som inte ännu är offentligt?",
        ),
    ],
)
def test_the_material_that_was_named_before_decides(chatbot: Chatbot, questions: tuple[str, str]) -> None:
    first, second = talk(chatbot, *questions)
    assert (first.verdict, second.verdict) == (None, "only_if_approved")
