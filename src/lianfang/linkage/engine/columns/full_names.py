"""Given name and surname out of a whole Western name: "Dr. John A. Smith", "Smith, John", "Jan van Eyck"."""

import polars as pl

GIVEN, SURNAME = "given", "surname"
_TITLES = "mr|mrs|ms|miss|dr|prof|professor|sir|dame|lady|lord|rev|reverend|fr|hon|capt|captain|col|major"
_TITLE = rf"^(?:(?:{_TITLES})\b\.?\s*)+"
_SUFFIX = r"[\s,]+(?:jr|sr|junior|senior|esq|esquire|phd|md|obe|mbe|ii|iii|iv|\d\w{1,2}\s.*|baronet)\.?$"
_PARTICLE = r"van|von|der|den|de|del|della|di|da|dos|du|la|le|st|saint|bin|ibn|al|el|mac|mc|o|ter|ten|zu"
#: The surname is the last word with the particles before it; the given name is what comes before.
_PLAIN = rf"^(?:(?P<given>.*?)\s+)?(?P<surname>(?:(?:{_PARTICLE})\s+)*\S+)$"
_COMMA = r"^(?P<surname>[^,]+),\s*(?P<given>[^,]*)"


def named(value: pl.Expr, part: str) -> pl.Expr:
    """`given` or `surname` of names in lower case."""
    bare = value.str.replace(_TITLE, "").str.replace(_SUFFIX, "").str.strip_chars(" .,")
    plain = bare.str.replace_all(r"[^\p{L}'’\- ]+", " ").str.strip_chars().str.extract_groups(_PLAIN)
    comma = bare.str.extract_groups(_COMMA)
    found = (
        pl.when(bare.str.contains(",", literal=True))
        .then(comma.struct.field(part))
        .otherwise(plain.struct.field(part))
    )
    return found.str.replace_all(r"['’]", "").str.replace_all(r"[^\p{L}]+", " ").str.strip_chars()
