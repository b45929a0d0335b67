"""A page of a PDF as it is seen: its runs of text and its drawn lines, by place. PDFium says where each letter stands.

The order in which a file writes its letters says nothing here; a page that is printed sideways is turned upright.
"""

from __future__ import annotations

import ctypes
import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple
from unicodedata import category

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from rag.sources.canonical import raised
from rag.sources.pdf_drawn import Drawn, drawn_on, lines_of
from rag.sources.pdf_hidden import Look, Sight
from rag.sources.pdf_struck import struck
from rag.sources.pdf_tags import UNTAGGED, Tag, tags_of
from rag.sources.symbols import PRIVATE, sign_of

WIDE_GAP = 1.0  # of the type's size: what parts two columns or cells; a justified line's spaces stay below
_WORD_GAP = 0.15  # of the type's size: less lies between two letters of a word
_SAME_LINE = 0.2  # of the type's size, that the feet of a line's letters differ by
_SMALLER = 0.8  # of the type beside it: a note's mark
_UPRIGHT_DEGREES = 5.0  # what is more oblique runs over the page, as a watermark does
LINE_POINTS = 3.0  # a drawn line is no wider, and no shorter
_MAX_RULES = 4000  # on one page; more are a drawing or a map
_MAX_FIELDS = 1000  # of one page's form
_MAX_PICTURES = 200  # on one page; more are a drawing
# Chosen by judgement: a stamp of five lines covers a fiftieth of a page, the text of a slide a twentieth.
_WRITTEN = 0.03  # of a picture's area: as much text of the page over it says what there is to read
_BOLD = re.compile(r"bold|black|heavy|semib|demi", re.IGNORECASE)
_SUBSET = re.compile(r"^[A-Z]{6}\+|[-,]?Regular$")  # what a file adds to a font's name
_BULLETS = "\uf0b7\uf0a7\uf0d8"  # Symbol's and Wingdings' own letters
_LINE_END_HYPHEN = "\x02"  # PDFium's sign for one
_FONT_NAME_BYTES = 128


class Rule(NamedTuple):
    """A drawn line, in points from the page's upper left corner; it is upright or lies."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one line without a wide gap, in points from the page's upper left corner. foot: where its letters stand;
    unknown: how many of them the file does not say the meaning of; turned: it does not lie as the page's text does."""

    text: str
    left: float
    right: float
    foot: float
    size: float
    bold: bool = False
    unknown: int = 0
    turned: bool = False
    top: float = 0.0
    tag: Tag = UNTAGGED

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        """Where its letters have their middle."""
        return (self.top + self.foot) / 2 if self.turned else self.foot - self.size * 0.3


@dataclass(frozen=True, slots=True)
class SeenPage:
    """number: counted from 1; width and height in points; runs: line by line, from left to right; confidence: in
    [0, 1], of the words of a page that was recognised from a picture, on average; pictured: the part of its area, in
    [0, 1], that pictures cover which no text of the page's own stands on, but a stamp or a running line; hidden and
    struck: letters that were left out, because nobody sees them or a line runs through them."""

    number: int
    width: float
    height: float
    runs: tuple[Run, ...]
    rules: tuple[Rule, ...]
    confidence: float | None = None
    pictured: float = 0.0
    hidden: int = 0
    struck: int = 0


class _TickBox(NamedTuple):
    """mark: ☑ or ☐; its place in the file's points."""

    mark: str
    left: float
    bottom: float
    right: float
    top: float


class _Letter(NamedTuple):
    text: str
    left: float
    right: float
    foot: float
    size: float
    bold: bool
    quarter: int  # of turns to the left that its line has
    oblique: bool
    tag: Tag
    hidden: bool


def seen_pages(document: pdfium.PdfDocument) -> Iterator[SeenPage]:
    """Each page in turn, with what is filled into its form. Raises pdfium.PdfiumError for one that cannot be loaded."""
    form = document.get_formtype() != raw.FORMTYPE_NONE
    if form:
        document.init_forms()
    for number in range(1, len(document) + 1):
        page = document[number - 1]
        boxes: list[_TickBox] = []
        if form and raw.FPDFPage_GetAnnotCount(page):
            boxes = _tick_boxes(page, document.formenv)
            page.flatten()  # into the page, which shows it from the next loading on
            page.close()
            page = document[number - 1]
        try:
            yield _seen(page, number, boxes)
        finally:
            page.close()


def _tick_boxes(page: Any, form: Any) -> list[_TickBox]:
    """What is to be ticked in a page's form, as it was answered."""
    found: list[_TickBox] = []
    place = raw.FS_RECTF()
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_FIELDS)):
        field = raw.FPDFPage_GetAnnot(page, index)
        if not field:
            continue
        is_box = raw.FPDFAnnot_GetFormFieldType(form, field) in (
            raw.FPDF_FORMFIELD_CHECKBOX,
            raw.FPDF_FORMFIELD_RADIOBUTTON,
        )
        if is_box and raw.FPDFAnnot_GetRect(field, place):
            mark = "☑" if raw.FPDFAnnot_IsChecked(form, field) else "☐"
            found.append(_TickBox(mark, place.left, place.bottom, place.right, place.top))
        raw.FPDFPage_CloseAnnot(field)
    return found


def joined_runs(words: Sequence[Run], rules: Sequence[Rule]) -> list[Run]:
    """Words that stand beside each other without a wide gap or one of the rules between, as runs."""
    return _merged(words, _Dividers(rules))


def _seen(page: Any, number: int, boxes: Sequence[_TickBox] = ()) -> SeenPage:
    drawn = drawn_on(page)
    sight = Sight(drawn, page.get_bbox())
    written = list(_letters(page, tags_of(page), sight))
    letters = [letter for letter in written if not letter.hidden]
    hidden = sum(letter.hidden and not letter.text.isspace() for letter in written)
    quarters = Counter(letter.quarter for letter in letters if not letter.oblique)
    upright = quarters.most_common(1)[0][0] if quarters else 0
    frames = [_Frame(quarter, *page.get_bbox()) for quarter in range(4)]
    frame = frames[upright]
    rules = tuple(_rules(drawn, frame))
    letters, struck_out = _without_struck(letters, frame, upright, rules)
    dividers = _Dividers(rules)
    grouped: defaultdict[tuple[int, bool], list[_Letter]] = defaultdict(list)
    ticks = [(box.mark, frame.box(*box[1:])) for box in boxes]
    for letter in letters:
        if not (ticks and letter.quarter == upright and _is_within(letter, frame, ticks)):
            grouped[letter.quarter, letter.oblique].append(letter)
    runs: list[Run] = []
    for (quarter, oblique), group in grouped.items():
        if oblique:
            said = "".join(letter.text for letter in group)  # as it is written: it has no lines
            runs.append(Run(said, 0.0, 0.0, frame.height, group[0].size, turned=True))
        elif quarter == upright:
            level = _runs(group, frame, dividers)
            runs = _merged([*level, *_ticks(ticks, level)], dividers) + runs
        else:
            other = frames[quarter]
            lines = _merged(_runs(group, other, _Dividers(())), _Dividers(()))
            runs += [frame.turned(run, other) for run in lines]
    pictured = _pictured(_pictures(drawn, frame), runs, frame.width * frame.height)
    return SeenPage(
        number, frame.width, frame.height, tuple(runs), rules, pictured=pictured, hidden=hidden, struck=struck_out
    )


def _without_struck(
    letters: Sequence[_Letter], frame: _Frame, upright: int, rules: Sequence[Rule]
) -> tuple[list[_Letter], int]:
    """The letters, but for those that a line strikes out, and how many these are."""
    lying = [frame.lying(rule) for rule in rules if rule.right - rule.left > rule.bottom - rule.top]
    if not lying:
        return list(letters), 0
    level = [letter for letter in letters if letter.quarter == upright and not letter.oblique]
    out = {id(letter) for letter in struck(level, lying)}
    count = sum(id(letter) in out and not letter.text.isspace() for letter in level)
    return [letter for letter in letters if id(letter) not in out], count


def _is_within(letter: _Letter, frame: _Frame, ticks: Sequence[tuple[str, Rule]]) -> bool:
    """Whether a letter is the tick that is drawn in a box."""
    left, foot = frame.along(letter.left, letter.foot)
    middle = left + (letter.right - letter.left) / 2
    return any(box.left <= middle <= box.right and box.top <= foot <= box.bottom for _, box in ticks)


def _ticks(ticks: Sequence[tuple[str, Rule]], runs: Sequence[Run]) -> list[Run]:
    """The boxes as words, each on the line that it stands beside."""
    found: list[Run] = []
    for mark, box in ticks:
        beside = [run for run in runs if box.top <= run.height <= box.bottom]
        after = min((run for run in beside if run.left >= box.left), key=lambda run: run.left, default=None)
        line = after or max(beside, key=lambda run: run.right, default=None)
        foot, size = (line.foot, line.size) if line is not None else (box.bottom, box.bottom - box.top)
        found.append(Run(f"{mark} ", box.left, box.right, foot, size, top=box.top))
    return found


class _Dividers:
    """The upright lines of a page, asked for between two letters."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = sorted(rule for rule in rules if rule.bottom - rule.top > rule.right - rule.left)

    def between(self, left: float, right: float, foot: float) -> bool:
        """Whether one stands between these places of a line."""
        first = bisect_left(self._rules, (left - 1.0,))
        for rule in islice(self._rules, first, None):
            if rule.left > right + 1.0:
                return False
            if rule.top <= foot <= rule.bottom + 1.0:
                return True
        return False


class _Frame:
    """A page's places, turned so that lines which lie by this quarter of a turn lie level; from its upper left."""

    def __init__(self, quarter: int, left: float, bottom: float, right: float, top: float) -> None:
        self._cos, self._sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarter]
        corners = [self._turn(x, y) for x in (left, right) for y in (bottom, top)]
        self._left, self._top = min(x for x, _ in corners), max(y for _, y in corners)
        self.width = max(x for x, _ in corners) - self._left
        self.height = self._top - min(y for _, y in corners)

    def _turn(self, x: float, y: float) -> tuple[float, float]:
        return x * self._cos + y * self._sin, y * self._cos - x * self._sin

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Of a point of the file."""
        x, y = self._turn(x, y)
        return x - self._left, self._top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Rule:
        """A box of the file."""
        corners = [self.place(x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Rule(min(xs), min(ys), max(xs), max(ys))

    def along(self, along: float, foot: float) -> tuple[float, float]:
        """Of a point of a line that lies by this frame's quarter."""
        return along - self._left, self._top - foot

    def lying(self, rule: Rule) -> tuple[float, float, float]:
        """Of a lying line the foot that letters on it would have, and where it begins and ends along it."""
        return self._top - rule.top, rule.left + self._left, rule.right + self._left

    def turned(self, run: Run, other: _Frame) -> Run:
        """A run of another frame in this one's places."""
        corners = [
            self.place(*other._unplaced(x, y)) for x in (run.left, run.right) for y in (run.foot - run.size, run.foot)
        ]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return replace(run, left=min(xs), right=max(xs), top=min(ys), foot=max(ys), turned=True)

    def _unplaced(self, x: float, y: float) -> tuple[float, float]:
        x, y = x + self._left, self._top - y
        return x * self._cos - y * self._sin, y * self._cos + x * self._sin


def _letters(page: Any, tags: Mapping[int, Tag], sight: Sight) -> Iterator[_Letter]:
    """The page's letters, spaces too, as the file writes them."""
    whole = page.get_textpage()
    text = whole.raw  # asked for each letter, which takes half of a page's time
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    last, size, bold, quarter, oblique, tag, font = None, 0.0, False, 0, False, UNTAGGED, ""
    look: Look | None = None
    begins = True
    # A book has a million letters: what is asked of each is named here once.
    letter, object_of, unmapped = raw.FPDFText_GetUnicode, raw.FPDFText_GetTextObject, raw.FPDFText_HasUnicodeMapError
    box_of, origin_of = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
    box_at, x_at, y_at = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
    for index in range(whole.count_chars()):
        char = chr(letter(text, index))
        if char in "\r\n":
            continue  # PDFium's own, which goes by the file's order
        if char.isspace() and raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        drawn = object_of(text, index)
        address = ctypes.addressof(drawn.contents) if drawn else None
        if address != last:
            last = address
            raw.FPDFText_GetMatrix(text, index, matrix)
            size = round(raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d), 1)
            angle = math.degrees(math.atan2(matrix.b, matrix.a))
            quarter = round(angle / 90) % 4
            oblique = abs(angle - round(angle / 90) * 90) > _UPRIGHT_DEGREES
            tag = tags.get(raw.FPDFPageObj_GetMarkedContentID(drawn), UNTAGGED) if tags else UNTAGGED
            font = _font_name(text, index)
            begins = True
            bold = _BOLD.search(font) is not None
        if not box_of(text, index, box_at) or not origin_of(text, index, x_at, y_at):
            continue
        if unmapped(text, index) == 1:
            char = "\x00"
        if char == _LINE_END_HYPHEN:
            char = "-"
        if PRIVATE.match(char) and char not in _BULLETS:
            char = sign_of(_SUBSET.sub("", font), char) or char
        left, right, foot = _level(box, x.value, y.value, quarter) if quarter else (box.left, box.right, y.value)
        middle, height = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        if begins:
            look, begins = sight.look_at(drawn, address, middle, height), False
        hidden = look is not None and look.hides(middle, height)
        yield _Letter(char, left, right, foot, size, bold, quarter, oblique, tag, hidden)


def _level(box: Any, x: float, y: float, quarter: int) -> tuple[float, float, float]:
    """left, right and foot along a line that lies by this quarter, not 0, in the file's points."""
    if quarter == 1:
        return box.bottom, box.top, -x
    if quarter == 2:
        return -box.right, -box.left, -y
    return -box.top, -box.bottom, x


def _font_name(text: Any, index: int) -> str:
    name, flags = ctypes.create_string_buffer(_FONT_NAME_BYTES), ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(text, index, name, _FONT_NAME_BYTES, flags)
    return name.value.decode("utf-8", "replace") if 0 < length <= _FONT_NAME_BYTES else ""


def _is_unknown(letter: str) -> bool:
    return letter == "\ufffd" or (letter not in _BULLETS and category(letter) in ("Cc", "Co", "Cn"))


def _runs(letters: Sequence[_Letter], frame: _Frame, dividers: _Dividers) -> list[Run]:
    """Letters that follow each other in the file and on the page."""
    runs: list[Run] = []
    taken: list[_Letter] = []

    def end() -> None:
        said = "".join(letter.text for letter in taken)
        if said.strip():
            seen = [letter for letter in taken if not letter.text.isspace()]
            first = seen[0]
            left, foot = frame.along(first.left, first.foot)
            width = max(letter.right for letter in seen) - first.left
            unknown = sum(_is_unknown(letter.text) for letter in seen)
            runs.append(
                Run(
                    said,
                    left,
                    left + width,
                    foot,
                    first.size,
                    first.bold,
                    unknown,
                    top=foot - first.size,
                    tag=first.tag,
                )
            )
        taken.clear()

    def divided(right: float, letter: _Letter) -> bool:
        start, foot = frame.along(right, letter.foot)
        return dividers.between(start, start + letter.left - right, foot)

    right = 0.0  # where the latest letter that is seen ends
    for letter in letters:
        if letter.text.isspace():
            if taken:
                taken.append(letter)
            continue
        if taken:
            size, begun = letter.size, taken[0]
            gap = letter.left - right
            beside = (
                size == begun.size
                and -size <= gap <= WIDE_GAP * size
                and abs(letter.foot - begun.foot) <= _SAME_LINE * size
            )
            if not beside or (gap > _WORD_GAP * size and divided(right, letter)):
                end()
            elif gap > _WORD_GAP * size and not taken[-1].text.isspace():
                taken.append(letter._replace(text=" "))
        taken.append(letter)
        right = letter.right
    end()
    return runs


def _merged(runs: Sequence[Run], dividers: _Dividers) -> list[Run]:
    """The runs that stand beside each other without a wide gap as one, line by line from above, from left to right."""
    lines: list[list[Run]] = []
    for run in sorted(_on_their_lines(runs), key=lambda run: (run.foot, run.left)):
        last = lines[-1] if lines else None
        if last and abs(run.foot - last[0].foot) <= _SAME_LINE * min(run.size, last[0].size):
            last.append(run)
        else:
            lines.append([run])
    found: list[Run] = []
    for line in lines:
        line.sort(key=lambda run: run.left)
        whole = line[0]
        for run in line[1:]:
            gap = run.left - whole.right
            wide = gap > WIDE_GAP * max(run.size, whole.size)
            if wide or (gap > 0 and dividers.between(whole.right, run.left, whole.foot)):
                found.append(whole)
                whole = run
                continue
            space = " " if gap > _WORD_GAP * min(run.size, whole.size) else ""
            larger = max(whole, run, key=lambda each: len(each.text))
            whole = replace(
                whole,
                text=f"{whole.text}{space}{run.text}",
                right=max(whole.right, run.right),
                size=larger.size,
                bold=whole.bold and run.bold,
                unknown=whole.unknown + run.unknown,
                foot=larger.foot,
                tag=larger.tag,
                top=min(whole.top, run.top),
            )
        found.append(whole)
    return found


def _on_their_lines(runs: Sequence[Run]) -> list[Run]:
    """Raised numbers and lowered letters on the line that they belong to: "126³", "H2O"."""
    by_height: defaultdict[int, list[Run]] = defaultdict(list)
    for run in runs:
        by_height[int(run.foot // 20)].append(run)
    placed = []
    for run in runs:
        near = (
            [each for step in (-1, 0, 1, 2) for each in by_height[int(run.foot // 20) + step]]
            if len(run.text.strip()) <= 4
            else []
        )
        beside = [
            each
            for each in near
            if run.size <= _SMALLER * each.size
            and -0.3 * each.size < each.foot - run.foot < each.size
            and each.foot != run.foot
            and (-1 <= run.left - each.right <= 0.4 * each.size or -1 <= each.left - run.right <= 0.6 * each.size)
        ]
        if beside:
            host = min(beside, key=lambda each: abs(each.right - run.left))
            above = run.foot < host.foot - 0.05 * host.size
            run = replace(run, foot=host.foot, text=raised(run.text) if above else run.text)
        placed.append(run)
    return placed


def _rules(drawn: Sequence[Drawn], frame: _Frame) -> list[Rule]:
    """The upright and the lying lines that are drawn, sides of boxes too; none of a page that is a drawing."""
    found: list[Rule] = []
    for each in drawn:
        if each.kind != raw.FPDF_PAGEOBJ_PATH:
            continue
        if len(found) > _MAX_RULES:
            return []
        for (x0, y0), (x1, y1) in lines_of(each):
            (x0, y0), (x1, y1) = frame.place(x0, y0), frame.place(x1, y1)
            if min(abs(x1 - x0), abs(y1 - y0)) < 0.5 and max(abs(x1 - x0), abs(y1 - y0)) >= LINE_POINTS:
                found.append(Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return found


def _pictures(drawn: Sequence[Drawn], frame: _Frame) -> list[Rule]:
    """The places of the pictures on a page, those that lie outside of it left out."""
    found: list[Rule] = []
    for each in drawn:
        if each.kind != raw.FPDF_PAGEOBJ_IMAGE:
            continue
        corners = [frame.place(*each.placed(x, y)) for x in (0, 1) for y in (0, 1)]  # every picture is a square
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        left, top, right, bottom = max(min(xs), 0.0), max(min(ys), 0.0), min(max(xs), frame.width), max(ys)
        if left < right and top < min(bottom, frame.height):
            found.append(Rule(left, top, right, min(bottom, frame.height)))
        if len(found) == _MAX_PICTURES:
            break
    return found


def _pictured(pictures: Sequence[Rule], runs: Sequence[Run], area: float) -> float:
    covered = 0.0
    for picture in pictures:
        own = (picture.right - picture.left) * (picture.bottom - picture.top)
        written = sum(
            max(0.0, min(run.right, picture.right) - max(run.left, picture.left)) * run.size
            for run in runs
            if picture.top <= run.height <= picture.bottom and not run.unknown
        )
        if written < _WRITTEN * own:
            covered += own
    return min(1.0, covered / area) if area else 0.0
