"""The table in corpus/README.md of what is kept of a file: each of its rows is shown by a test."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Of each row the tests that show its cells; where none is named for a column, its cell says that it has none (–).
SHOWN = {
    "headings, lists, paragraphs": """test_a_tagged_file_says_what_is_a_heading_and_where_a_paragraph_ends
        test_a_list_whose_bullets_are_only_drawn_is_a_list test_a_list_keeps_the_marks_that_word_shows
        test_a_heading_keeps_its_number test_a_pages_list_keeps_its_numbers
        test_letters_and_unusual_bullets_make_a_list_in_a_text""",
    "tables, row by row with their column heads": """test_a_ruled_table_is_read_row_by_row
        test_a_table_goes_on_over_the_page test_a_table_without_lines_is_read_row_by_row
        test_what_stands_between_two_tables_parts_them test_names_that_dots_lead_to_their_values_are_rows
        test_a_first_row_names_the_columns_only_where_it_looks_so
        test_a_first_row_whose_words_come_back_below_is_no_names""",
    "merged cells": """test_a_ruled_table_is_read_row_by_row test_a_merged_cell_says_its_words_in_each_row
        test_terms_with_one_meaning_and_a_merged_cell_beside_another
        test_a_merged_cell_says_its_words_in_each_row_and_column""",
    "two rows of heads": """test_two_rows_of_heads_are_joined test_two_rows_that_name_the_columns_are_joined
        test_two_rows_of_names_are_seen_without_a_sign""",
    "a first row over all columns": "test_a_first_row_over_all_columns_is_the_tables_title",
    "a note's number behind a number (\"126³\")": """test_a_raised_number_joins_no_number_in_a_pdf
        test_a_notes_number_joins_no_number_however_it_is_raised
        test_what_is_struck_out_is_not_in_force_and_what_is_raised_joins_no_number""",
    "items of a list within a cell": "test_the_items_of_a_list_in_a_cell_stay_apart",
    "formulas": "test_a_formula_stands_in_its_sentence test_what_word_says test_what_mathml_says",
    "footnotes": """test_a_note_is_read_behind_its_mark test_the_note_of_a_cell_is_not_lost
        test_a_footnote_is_read_behind_the_words_that_it_belongs_to
        test_small_print_without_a_mark_stays_where_it_stands test_notes_are_read_behind_what_refers_to_them
        test_a_notes_number_joins_no_number_however_it_is_raised""",
    "struck-out and hidden text": """test_what_nobody_sees_is_not_quoted_and_told
        test_what_is_seen_or_recognised_stays test_what_a_line_runs_through_is_struck_out
        test_what_is_not_in_the_text_is_told
        test_what_a_page_has_struck_out_hidden_or_drawn_is_told""",
    "panels that a reader opens": "test_what_its_reader_can_open_is_read test_whatever_opens_a_panel_is_read_with_it",
    "boxes for cookies and sharing, menus": "test_boxes_over_the_page_and_for_sharing_are_left_out",
    "columns beside each other": """test_columns_are_read_one_after_the_other
        test_columns_that_end_at_different_heights test_a_box_beside_the_text_is_read_where_the_section_ends""",
    "what opens a panel": """test_what_opens_a_panel_is_its_heading test_no_panel_heads_what_follows_the_panels
        test_a_tab_heads_the_panel_that_it_opens""",
    "what is filled into a form": "test_what_is_filled_into_a_form_is_read_beside_its_label",
    "turned pages": """test_a_page_that_is_turned_is_read_as_it_is_seen
        test_what_runs_over_the_pages_interrupts_no_sentence""",
    "running heads and page numbers": """test_heads_and_feet_of_left_and_right_pages_are_left_out
        test_what_runs_along_the_margin_is_left_out_from_two_pages_on
        test_a_label_is_said_on_each_page_that_has_it test_what_runs_along_the_pages_is_left_out_and_told
        test_running_heads_of_word_are_left_out""",
    "pages that are pictures": """test_a_scan_reads_as_the_page_that_was_scanned
        test_a_scanned_page_within_a_text_is_read_at_its_place""",
    "pages without text, letters without a meaning": "test_what_is_not_in_the_text_is_told",
    "pictures without a description": """test_pictures_without_a_description_of_their_own_are_counted
        test_what_a_page_has_struck_out_hidden_or_drawn_is_told""",
}  # fmt: skip


def test_each_row_of_the_table_is_shown_by_tests() -> None:
    text = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    table = text.partition("## What is kept of a file\n")[2].partition("\n\n")[0]
    rows = [line.strip("|").split("|")[0].strip() for line in table.split("\n")[2:]]
    assert rows == list(SHOWN)
    tests = set(re.findall(r"^def (test_\w+)", "".join(map(_source, (ROOT / "tests").glob("test_*.py"))), re.MULTILINE))
    assert {name for names in SHOWN.values() for name in names.split()} <= tests


def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")
