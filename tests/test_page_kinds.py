"""Pages as tools make them: what opens, what is raised by a class, what lies over and beside the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.sources.chunking import chunk_document
from rag.types import Document
from tests.support.growth import busy_s
from tests.test_as_people_have_it import losses, outline, read, rows_of

ANSWER = "<div class='c7'><p>Ei saa.</p></div>"


def said(folder: Path, page: str) -> list[str]:
    return [line.split(": ", 1)[1] for line in outline(read(folder, "a.html", page))]


@pytest.mark.parametrize(
    "opened",
    [
        f"<button type='button' class='x1'>Saako grillata?</button>\n{ANSWER}",
        f"<button>Saako grillata?</button>{ANSWER}",
        "<button class='collapsible'>Saako grillata?</button><div style='display:none;'><p>Ei saa.</p></div>",
        f"<div class='x2'><span><button>Saako grillata?</button></span></div>{ANSWER}",
        "<p onclick='o(this)'>Saako grillata?</p><ul style='display: none'><li>Ei saa.</li></ul>",
        "<div class='toggle'>Saako grillata?</div><div style='display:none'>Ei saa.</div>",
        "<span role='button'>Saako grillata?</span><section hidden>Ei saa.</section>",
    ],
)
def test_a_question_that_opens_its_answer_is_read_with_it(tmp_path: Path, opened: str) -> None:
    page = f"<main><h1>Mökki</h1>{opened}<p hidden>Piilotettu.</p></main>"
    assert said(tmp_path, page) == ["Mökki", "Saako grillata?", "Ei saa."]
    assert losses(read(tmp_path, "a.html", page)) == [("hidden text", 11)]


def test_a_word_on_a_button_heads_only_what_is_hidden_below_it(tmp_path: Path) -> None:
    page = "<main><h1>Mökki</h1><button>Hinnat</button><div style='display:none'>Yö maksaa 7 euroa.</div></main>"
    assert said(tmp_path, page) == ["Mökki", "Hinnat", "Yö maksaa 7 euroa."]


@pytest.mark.parametrize(
    "button",
    [
        f"<button>Tulosta</button>{ANSWER}",
        f"<button type='submit'>Lähetä lomake tästä</button>{ANSWER}",
        f"<button>Lue tämä ääneen</button> nyt {ANSWER}",
        f"<form><h1>Mökki</h1><button>Hae kaikki mökit</button>{ANSWER}</form>",
        f"<button>Hae kaikki mökit</button><div> </div>{ANSWER}",
    ],
)
def test_a_button_that_does_something_else_is_not_read(tmp_path: Path, button: str) -> None:
    assert [line for line in said(tmp_path, f"<main>{button}</main>") if line not in ("Mökki", "nyt")] == ["Ei saa."]


@pytest.mark.parametrize(
    "mark",
    [
        '<a href="#fn3" class="footnote-ref">3</a>',
        '<a href="#n3" role="doc-noteref">3</a>',
        '<span class="sup">3</span>',
        '<a href="#_ftn3">3</a>',
        '<span class="up">3</span>',
        '<span style="vertical-align: super">3</span>',
    ],
)
def test_a_notes_number_joins_no_other_number(tmp_path: Path, mark: str) -> None:
    sheet = "<style>.down {color: red} .up, p.x {font-size: 8px; vertical-align: super}</style>"
    assert said(tmp_path, f"{sheet}<p>Maksu on 126{mark} euroa, ks. <a href='#kohta3'>3</a> §.</p>") == [
        "Maksu on 126³ euroa, ks. 3 §."
    ]
    table = f"{sheet}<table><tr><th>Ryhmä</th><th>Maksu</th></tr><tr><td>A</td><td>126{mark}</td></tr></table>"
    assert rows_of(read(tmp_path, "b.html", table)) == [[("Ryhmä", "A"), ("Maksu", "126³")]]


@pytest.mark.parametrize(
    "box",
    [
        '<div class="eu-cookie-compliance-banner"><h2>Evästeet</h2></div>',
        '<div id="cookie-law-info-bar">Evästeet</div>',
        '<section class="hds-cc" aria-label="Evästeasetukset">Evästeet</section>',
        '<div aria-label="Cookie consent">Evästeet</div>',
        '<div class="addtoany_share_save_container">Jaa</div>',
        '<div class="sharedaddy sd-sharing-enabled"><h3>Jaa tämä:</h3></div>',
        '<div class="breadcrumbs">Etusivu</div>',
        '<ol class="breadcrumb"><li>Etusivu</li></ol>',
        '<div class="eupopup">Evästeet</div>',
        '<div id="onetrust-banner-sdk"><h1>Evästeet</h1></div>',
        '<div class="sidebar">Uutiskirje</div>',
        '<div id="left-sidebar" class="x">Uutiskirje</div>',
    ],
)
def test_a_box_of_a_common_tool_is_not_read(tmp_path: Path, box: str) -> None:
    assert said(tmp_path, f"<h1>Ranta</h1><p>Ei saa uida.</p>{box}") == ["Ranta", "Ei saa uida."]


@pytest.mark.parametrize(
    "box",
    [
        '<body class="cookie-consent sidebar"><h1>Ranta</h1><p>Saa uida.</p></body>',
        '<div class="sidebar"><h1>Ranta</h1><p>Saa uida.</p></div>',
        '<main><h1>Ranta</h1><div class="sidebar"><p>Saa uida.</p></div></main>',
        '<main><h1>Ranta</h1><section aria-label="Evästeet" class="cookies"><p>Saa uida.</p></section></main>',
        '<h1>Ranta</h1><div class="with-sidebar"><p>Saa uida.</p></div>',
    ],
)
def test_what_holds_the_text_is_read_whatever_it_is_called(tmp_path: Path, box: str) -> None:
    assert said(tmp_path, box) == ["Ranta", "Saa uida."]


@pytest.mark.parametrize(
    ("banner", "title", "expected"),
    [
        ("<h1>Koivurannan kaupunki</h1>", "Vuokraohje | Koivuranta", "Vuokraohje | Koivuranta"),
        ('<h1><a href="/">Koivuranta</a></h1>', "Vuokraohje", "Vuokraohje"),
        ('<div class="site-title"><h1>Koivuranta</h1></div>', "Vuokraohje", "Vuokraohje"),
        ("<h1>Vuokraohje</h1>", "Vuokraohje – Koivuranta", "Vuokraohje"),
        ("<h1>Vuokraohje</h1>", "Koivuranta", "Vuokraohje"),
        ("<h1>Vuokraohje</h1>", "", "Vuokraohje"),
    ],
)
def test_the_name_of_a_site_is_not_the_pages_title(tmp_path: Path, banner: str, title: str, expected: str) -> None:
    text = "<main><h2>Vuokra</h2><p>Vuokra on 5 €.</p></main>"
    page = f"<html><head><title>{title}</title></head><body><header>{banner}</header>{text}</body></html>"
    document = read(tmp_path, "a.html", page)
    assert document.metadata.title == expected
    assert ("heading: Koivuranta" in outline(document)) is False


def test_terms_in_a_cell_keep_what_they_mean_apart(tmp_path: Path) -> None:
    terms = "<dl><dt>Lapset<dd>saa<dt>Aikuiset<dt>Vieraat<dd>ei saa<dd>ei koskaan</dl>"
    table = f"<table><tr><th>Aihe</th><th>Ohje</th></tr><tr><td>Uinti</td><td>{terms}</td></tr></table>"
    both = "• Lapset: saa • Aikuiset, Vieraat: ei saa • Aikuiset, Vieraat: ei koskaan"
    assert rows_of(read(tmp_path, "a.html", table)) == [[("Aihe", "Uinti"), ("Ohje", both)]]
    assert said(tmp_path, terms) == ["Lapset: saa", "Aikuiset, Vieraat: ei saa", "Aikuiset, Vieraat: ei koskaan"]


@pytest.mark.parametrize(("tag", "role"), [("span", "table"), ("div", "grid")])
def test_a_table_that_is_one_by_its_roles(tmp_path: Path, tag: str, role: str) -> None:
    def row(kind: str, *cells: str) -> str:
        inner = "".join(f"<{tag} role='{kind}'>{cell}</{tag}>" for cell in cells)
        return f"<{tag} role='row'>{inner}</{tag}>"

    body = row("cell", "Torilupa", "20 €") + row("cell", "Terassilupa", "300 €")
    heads = f"<{tag} role='rowgroup'>{row('columnheader', 'Lupa', 'Hinta')}</{tag}>"
    page = f"<main><h1>Luvat</h1><{tag} role='{role}'>{heads}{body}</{tag}></main>"
    document = read(tmp_path, "a.html", page)
    assert rows_of(document) == [
        [("Lupa", "Torilupa"), ("Hinta", "20 €")],
        [("Lupa", "Terassilupa"), ("Hinta", "300 €")],
    ]
    inner = f"<div role='{role}'><table><tr><th>A</th></tr><tr><td>b c</td></tr></table></div>"
    assert "b c" in read(tmp_path, "b.html", f"<main>{inner}</main>").text  # around a table it is none itself


@pytest.mark.parametrize(
    ("sheet", "marks"),
    [
        ("ol.abc {list-style-type: lower-alpha}", "ab"),
        (".x, .abc{margin:0;list-style: inside lower-alpha}", "ab"),
        ("ol { list-style: upper-roman }", ("I", "II")),
        ("ol {list-style-type: upper-roman} .abc {list-style-type: lower-alpha}", "ab"),
        (".abcd {list-style-type: lower-alpha}", "12"),
    ],
)
def test_a_lists_letters_are_those_of_its_style_sheet(tmp_path: Path, sheet: str, marks: str) -> None:
    text = read(tmp_path, "a.html", f"<style>{sheet}</style><ol class='abc'><li>eka</li><li>toka</li></ol>").text
    assert text == f"{marks[0]}. eka\n{marks[1]}. toka"


QUESTIONS = (
    "<details><summary>Saako grillata?</summary>Ei.</details>"
    "<details><summary>Saako uida?</summary><p>Kyllä saa.</p></details>"
)
TABS = (
    "<div role='tablist'><a role='tab' id='t1' href='#p1'>Aikuiset</a>"
    " <a role='tab' id='t2' href='#p2'>Lapset</a></div>"
    "<div role='tabpanel' id='p1' aria-labelledby='t1'><p>8 euroa.</p></div>"
    "<div role='tabpanel' id='p2' aria-labelledby='t2' class='pane'><p>4 euroa.</p></div>"
)


@pytest.mark.parametrize("around", ["{}", "<div><section>{}</section> </div>", "{}<h2>Muu</h2><p>Muuta.</p>"])
@pytest.mark.parametrize(
    ("panels", "headings"), [(QUESTIONS, ["Saako grillata?", "Saako uida?"]), (TABS, ["Aikuiset", "Lapset"])]
)
def test_what_opens_a_panel_is_its_heading(tmp_path: Path, around: str, panels: str, headings: list[str]) -> None:
    style = "<head><style>.pane {display: none}</style></head>"
    page = (
        f"{style}<body><main><h1>Mökki</h1><h2>Ohjeet</h2>{around.format(panels)}</main><footer>Osoite</footer></body>"
    )
    document = read(tmp_path, "a.html", page)
    found = [line.removeprefix("heading: ") for line in outline(document) if line.startswith("heading")]
    assert found == ["Mökki", "Ohjeet", *headings, *(["Muu"] if "Muu" in around else [])]
    assert not losses(document)


@pytest.mark.parametrize("after", ["<p>Avain on laatikossa.</p>", "Avain on laatikossa.", "<ul><li>avain</li></ul>"])
@pytest.mark.parametrize("panels", [QUESTIONS, TABS])
def test_no_panel_heads_what_follows_the_panels(tmp_path: Path, panels: str, after: str) -> None:
    below_a_heading = f"<main><h1>Mökki</h1><h2>Ohjeet</h2><div>{panels}</div>{after}</main>"
    lines = outline(read(tmp_path, "a.html", below_a_heading))
    assert [line for line in lines if line.startswith("heading")] == ["heading: Mökki", "heading: Ohjeet"]
    assert len(lines) == (6 if panels == TABS else 7)
    # Below the page's title alone it stands there again behind the last panel.
    below_the_title = sections(read(tmp_path, "b.html", f"<main><h1>Mökki</h1><div>{panels}</div>{after}</main>"))
    assert [section for section, _ in below_the_title[:-1]] == (
        ["Aikuiset", "Lapset"] if panels == TABS else ["Saako grillata?", "Saako uida?"]
    )
    assert below_the_title[-1][0] == ""


def sections(document: Document) -> list[tuple[str, str]]:
    chunks = chunk_document(document, lambda text: len(text.split()))
    return [(chunk.section, chunk.span.of(document.text)) for chunk in chunks]


@pytest.mark.parametrize(
    "panel",
    [
        "<div class='head' data-toggle='collapse' data-target='#c{n}'><span>{q}</span></div>"
        "<div id='c{n}' class='panel-collapse collapse'><div>{a}</div></div>",
        "<div class='faq-question' onclick='t({n})'>{q}</div><div class='faq-answer' style='display:none'>{a}</div>",
        "<p onclick='o(this)'>{q}</p><ul style='display: none'><li>{a}</li></ul>",
        "<div class='tab'><input type='checkbox' id='q{n}'><label for='q{n}'>{q}</label><div>{a}</div></div>",
        "<button aria-expanded='false' aria-controls='c{n}'>{q}</button><div id='c{n}' hidden>{a}</div>",
        "<a href='#c{n}' role='button' aria-controls='c{n}'>{q}</a><section id='c{n}' hidden>{a}</section>",
        "<h2><button aria-expanded='false' aria-controls='c{n}'>{q}</button></h2><div id='c{n}' hidden>{a}</div>",
    ],
)
@pytest.mark.parametrize("after", ["", "<p>Avain on laatikossa.</p>"])
def test_whatever_opens_a_panel_is_its_heading(tmp_path: Path, panel: str, after: str) -> None:
    both = panel.format(n=1, q="Saako grillata?", a="Ei saa.") + panel.format(n=2, q="Saako uida?", a="Saa uida.")
    document = read(tmp_path, "a.html", f"<main><h1>Mökki</h1><div>{both}</div>{after}</main>")
    assert sections(document) == [
        ("Saako grillata?", "Ei saa."),
        ("Saako uida?", "Saa uida."),
        *([("", "Avain on laatikossa.")] if after else []),
    ]
    assert losses(document) == []


@pytest.mark.parametrize(
    "said",
    [
        "<input type='checkbox' id='q'><label for='q'>Hyväksyn ehdot</label><div>Ehdot ovat lyhyet.</div>",  # one
        "<p><input type='checkbox' id='a'><label for='a'>Kyllä</label></p>"
        "<p><input type='checkbox' id='b'><label for='b'>Ei</label></p>",
        "<dl><dt><a role='button' aria-controls='x'>Grilli</a></dt><dd id='x'>On.</dd></dl>",
    ],
)
def test_boxes_to_tick_and_terms_head_nothing(tmp_path: Path, said: str) -> None:
    lines = outline(read(tmp_path, "a.html", f"<main><h1>Mökki</h1>{said}</main>"))
    assert [line for line in lines if line.startswith("heading")] == ["heading: Mökki"]


@pytest.mark.parametrize(
    ("sheet", "seen"),
    [
        (".x{display:none}", False),
        ("/* .x{display:block} */ p, .x { color: red; display : NONE !important }", False),
        ("@charset 'utf-8'; @import 'b.css'; .x{visibility:hidden}", False),
        (".x{display:none} .y{display:block}", False),
        ("p.x{display:none}", False),
        (".y{color:red; .x{display:none}}", True),  # within another rule it holds of what that is about
        # What something may show is shown: nobody knows when.
        (".x{display:block} .x{display:none}", True),
        (".x{display:none} .x{display:inline-block}", True),
        (".x{display:none} .x.active{display:block}", True),
        (".x{display:none} #t1:checked ~ .x{display:flex}", True),
        (".x{display:none} @media screen{.x{display:block}}", True),
        (".x{display:none}</style><script>show('x')</script><style>", True),
        (".x{color:red}", True),
        (".x p{display:none} .x:hover{display:none} a.x{display:none}", True),
        ("@media print{.x{display:none}}", True),
        ("</style><style media='print'>.x{display:none}", True),
        ("@media screen{p{color:red} .x{display:none}} .y{display:none}", True),
        ("/* .x{display:none}", True),
        ("}}.x{display:none}", False),
        (".x{display:none", True),
    ],
)
def test_what_the_style_sheet_hides_is_left_out_and_told(tmp_path: Path, sheet: str, seen: bool) -> None:
    hidden, last = "<p class='x z'>Hinta on 9 euroa.</p>", "<p>Hinta on 7 euroa.</p>"
    page = f"<head><style>{sheet}</style></head><body><h1>Mökki</h1><p>Näin.</p>{hidden}{last}</body>"
    document = read(tmp_path, "a.html", page)
    assert ("9 euroa" in document.text) == seen
    assert losses(document) == ([] if seen else [("hidden text", 17)])
    shown = page.replace("class='x z'", "class='x z' style='display:block'")
    assert "9 euroa" in read(tmp_path, "a.html", shown).text


def test_a_page_that_waits_for_its_scripts_is_read(tmp_path: Path) -> None:
    page = (
        "<head><style>.loading{visibility:hidden}</style></head><body class='loading'><p>Hinta on 9 euroa.</p></body>"
    )
    assert said(tmp_path, page) == ["Hinta on 9 euroa."]


def test_what_a_click_shows_is_read(tmp_path: Path) -> None:
    tabs = "".join(f"<button onclick=\"openTab(event, '{name}')\">{name}</button>" for name in ("Aikuiset", "Lapset"))
    panels = "".join(f"<div id='{name}' class='t'><p>{price}</p></div>" for name, price in PRICES)
    style = "<head><style>.t{display:none}</style></head>"
    lines = said(tmp_path, f"{style}<body><h1>Mökki</h1><p>Näin.</p>{tabs}<p>Alla.</p>{panels}</body>")
    assert [price for _, price in PRICES] == [line for line in lines if "euroa" in line]


PRICES = [("Aikuiset", "8 euroa."), ("Lapset", "4 euroa.")]


@pytest.mark.parametrize(
    ("opener", "panel", "levels"),
    [
        ("<a role='tab' id='t{0}'>{1}</a>", "<div role='tabpanel' aria-labelledby='t{0}'>{2}</div>", [3, 3]),
        ("<a role='tab' href='#p{0}' aria-controls='p{0}'>{1}</a>", "<div role='tabpanel' id='p{0}'>{2}</div>", [3, 3]),
        ("<a role='tab' data-toggle='tab' href='#p{0}'>{1}</a>", "<div role='tabpanel' id='p{0}'>{2}</div>", [3, 3]),
        ("<a role='tab'>{1}</a>", "<div role='tabpanel'>{2}</div>", []),  # nobody knows which opens which
    ],
)
def test_a_tab_heads_the_panel_that_it_opens(tmp_path: Path, opener: str, panel: str, levels: list[int]) -> None:
    tabs = "<br>".join(opener.format(number, name) for number, (name, _) in enumerate(PRICES))
    panels = "".join(panel.format(number, *each) for number, each in enumerate(PRICES))
    after = "<h2>Muu</h2><button aria-expanded='false'>Lisää</button>."
    document = read(tmp_path, "a.html", f"<main><h1>Mökki</h1><h2>Hinnat</h2>{tabs}{panels}{after}</main>")
    found = [(block.span.of(document.text), block.level) for block in document.blocks if block.kind == "heading"]
    heads = [(name, level) for (name, _), level in zip(PRICES, levels, strict=False)]
    assert found == [("Mökki", 1), ("Hinnat", 2), *heads, ("Muu", 2)]


def test_a_tab_that_holds_a_heading_is_no_other(tmp_path: Path) -> None:
    panels = "".join(
        f"<div role='tab' id='t{name}'><h4><a href='#p'>{name}</a></h4></div>"
        f"<div role='tabpanel' aria-labelledby='t{name}'>{price}</div>"
        for name, price in PRICES
    )
    assert said(tmp_path, f"<main><h1>Mökki</h1>{panels}</main>") == [
        "Mökki",
        "Aikuiset",
        "8 euroa.",
        "Lapset",
        "4 euroa.",
    ]


def test_headings_within_a_panel_stand_below_its_own(tmp_path: Path) -> None:
    page = (
        "<header><h1>Mökki</h1></header><main><h2>Usein kysyttyä</h2>"
        "<details><summary>Mitä maksaa?</summary><p>Riippuu.</p><h3>Aikuiset</h3>8 euroa.</details>"
        "<details><summary>Milloin auki?</summary>Aina.<details><summary>Myös yöllä?</summary>Ei.</details></details>"
        "<h2>Muu</h2></main>"
    )
    document = read(tmp_path, "a.html", page)
    found = [(block.span.of(document.text), block.level) for block in document.blocks if block.kind == "heading"]
    assert found == [
        ("Mökki", 1), ("Usein kysyttyä", 2), ("Mitä maksaa?", 3), ("Aikuiset", 4), ("Milloin auki?", 3),
        ("Myös yöllä?", 4), ("Muu", 2),
    ]  # fmt: skip


def test_a_question_in_a_page_without_headings_of_its_own_is_below_its_title(tmp_path: Path) -> None:
    page = f"<header><h1>Mökki</h1></header><main><p>Alku.</p>{QUESTIONS}</main>"
    document = read(tmp_path, "a.html", page)
    found = [(block.span.of(document.text), block.level) for block in document.blocks if block.kind == "heading"]
    assert found == [("Mökki", 1), ("Saako grillata?", 2), ("Saako uida?", 2)]


def test_in_a_piece_of_a_text_no_question_heads_what_follows(tmp_path: Path) -> None:
    text = f"# Mökki\n\n{QUESTIONS}\n\nAvain on laatikossa.\n"
    document = read(tmp_path, "a.md", text)
    assert [line for line in outline(document) if line.startswith("heading")] == ["heading: Mökki"]


@pytest.mark.parametrize(
    "page",
    [
        "<button>Saako nyt?</button><div></div>" * 30_000,
        "<div class='accordion'><button>" * 100 + "a" * 1_000_000,
        "<p onclick=a>" * 50_000 + "a",
        "<dl>" + "<dt>a<dd>b" * 30_000,
        "<style>" + ".a,.b{list-style:x;" * 50_000 + "</style><p class='a b'>a",
        "<style>" + ".a{list-style:lower-alpha}" * 50_000 + "</style><p class='a'>a",
        "<style>" + "/* .a{display:none}" * 50_000 + "</style><p class='a'>a",
        "<details><summary>Saako?</summary>Ei.</details>" * 20_000,
        "<details></details>" * 20_000,
        "<details hidden><summary>Saako?</summary>Ei.</details>" * 20_000,
        "<div role=tabpanel hidden></div>" * 20_000,
        "<div role=tab id=t aria-controls=p>T</div>" + "<div role=tabpanel aria-labelledby=t>a</div>" * 2_000,
    ],
    ids=[
        "buttons",
        "deep",
        "handlers",
        "terms",
        "rules without end",
        "rules",
        "remarks",
        "questions",
        "empty",
        "hidden",
        "panels",
        "tabs",
    ],
)
def test_no_page_takes_long(tmp_path: Path, page: str) -> None:
    assert busy_s(lambda: read(tmp_path, "a.html", f"<h1>Ohje</h1>{page}"), tries=1) < 10
