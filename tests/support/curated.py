"""A small corpus with everything that people curate: concepts, rules, approved tools, with their notes in between."""

from __future__ import annotations

from pathlib import Path

from rag.index.build import build_index
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.settings import Settings

TOKEN = "a-long-token-of-a-small-installation"
QUOTE = "Henkilötietoja ei saa syöttää tekoälypalveluun ilman organisaation hyväksyntää."
SECOND_QUOTE = "Muista tarkistaa tekoälyn tuottama teksti aina itse."
TABLE = "Esimerkkejä käytöstä"

_GUIDANCE = f"""---
id: ohje
title: Tekoälyohje
language: fi
---

# Tietojen syöttäminen

{QUOTE} Sama koskee salassa pidettäviä tietoja.

# {TABLE}

| Tehtävä | Hyöty |
|---|---|
| Käännökset | Säästää aikaa |

# Tarkistaminen

{SECOND_QUOTE}
"""
_CONCEPTS = """concepts:
  - id: personal_data
    kind: data_class
    name: {fi: henkilötiedot, sv: personuppgifter, en: personal data}
    fi: [henkilötieto]
    sv: [personuppgift]
    en: [personal data]
  - id: confidential
    kind: data_class
    name: {fi: salassa pidettävä, sv: sekretessbelagt, en: confidential}
    fi: [salassa pidettävä]
  - id: identity_number
    kind: data_class
    broader: [personal_data]
    fi: [henkilötunnus]
  - id: ai_service
    kind: tool
    fi: [tekoälypalvelu]
    sv: [AI-tjänst]
    en: [AI service]
"""
TOOLS = """# What the organisation has approved.
tools:
  # Asked for by the registry office.
  - name: Apuri   # the old one
    other_names: [Kirjaamon apuri, "Apuri 2"]
    data:
      - personal_data   # after the assessment
    decision: Päätös 1/2026
    # to be renewed
    valid_until: 2026-12-31   # or earlier

  - {name: Kääntäjä, data: [confidential], decision: "Päätös 2/2026"}
# The end.
"""
RULES = f"""# Rules.
rules:
  - id: personal
    document: ohje
    quote: "{QUOTE}"   # letter by letter
    verdict: only_if_approved
    data: [personal_data]
    tools: [ai_service]
    says:
      fi: Ei ilman hyväksyntää.
      sv: Inte utan godkännande.
      en: Not without approval.

  # Said after it.
  - id: check
    document: ohje
    quote: {SECOND_QUOTE}
    supplements: personal
    says: {{fi: Tarkista teksti itse., sv: Kontrollera texten själv., en: Check the text yourself.}}

  - id: gone
    document: ohje
    quote: Tätä ei lue missään.
    beside: {TABLE}
    says: {{fi: Poistunut., sv: Borta., en: Gone.}}
"""
ORGANISATION = """# Whose installation this is.
name: {fi: Kunta, sv: Kommun, en: Municipality}   # official
"""


def curated_corpus(folder: Path, models: Path, embedder: Embedder, lexicon: Lexicon, **given: object) -> Settings:
    """The corpus and its index in a folder. models: the folder of the unpacked model; given: further settings."""
    corpus, data = folder / "corpus", folder / "data"
    for made in (corpus, data):
        made.mkdir()
    files = {
        "ohje.md": _GUIDANCE,
        "concepts.yaml": _CONCEPTS,
        "tools.yaml": TOOLS,
        "rules.yaml": RULES,
        "organisation.yaml": ORGANISATION,
    }
    for name, text in files.items():
        (corpus / name).write_text(text, encoding="utf-8")
    (data / "models").symlink_to(models)
    settings = Settings.model_validate({"corpus_dir": corpus, "data_dir": data, "admin_token": TOKEN} | given)
    build_index(settings, embedder, lexicon)
    return settings
