"""QR codes as pictures that a page may show."""

import segno


def picture(text: str) -> str:
    """An SVG as a data: address, black on white with the quiet zone that cameras need."""
    made: str = segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff")
    return made


def code_picture(text: str) -> str:
    """A pass's code, of version 8 and level M whatever its length, so that all look and scan alike."""
    made: str = segno.make(text, version=8, error="m", boost_error=False, micro=False).svg_data_uri(
        scale=4, border=4, light="#fff"
    )
    return made
