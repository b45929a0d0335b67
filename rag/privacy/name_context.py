"""What may stand before and after a name and tells that it is one, in Finnish, Swedish and English."""

from __future__ import annotations

import re

# "Nimi:" and the end of a letter, before the name.
LABEL = re.compile(
    r"(?<!\w)(?:(?:nimi|namn|name)[ \t]{0,3}:\s{0,3}"
    r"|(?:terveisin|kunnioittaen|ystävällisesti|regards|sincerely|hälsning|hälsningar|mvh)"
    r"[ \t]{0,3},?[ \t]{0,3}\n\s{0,3})$",
    re.IGNORECASE,
)
CLOSED = re.compile(r"[ \t]{0,3}(?:[)\n\r;,.]|$)")  # after a name that ends its line or bracket

# What somebody has of their own, in the word after the name: pay, an application, a diagnosis. By its beginning.
OWNED = re.compile(
    r"[ \t]{1,3}(?:palk[ak]|hakemu|valitu|kantelu|sairau|poissaolo|kehityskesk|ansioluet|cv|työsop|työtod|hetu"
    r"|henkilötun|osoit|puhelinn|sähköpost|tilinum|potilas[tk]|diagnoos|perukirj|testament|lääkärinl|lomapäiv|eläke"
    r"|lön|ansök|klagomål|sjuk|utvecklingssam|meritför|mejl|adress|telefonn|personbet|diagnos|läkarint"
    r"|salar|pay\b|application|complaint|sick|performance rev|case\b|file\b|e-?mail|address|phone|medical)",
    re.IGNORECASE,
)
# What only people do.
SAYS = re.compile(
    r"[ \t]{1,3}(?:soitt|sanoi|sanoo|kysyi|kysyy|kerto|pyysi|pyytä|valitt|väitt|vastasi|lähett|haki|hakee|haluaa|halus"
    r"|allekirj|kirjoitti|ilmoitti|unohti|vaatii|vaati\b)",
    re.IGNORECASE,
)
CASE_ENDING = re.compile(r"(?:n|lle|ll[aä]|lt[aä]|st[aä]|[aä])$")  # of a Finnish role and of the name after it
