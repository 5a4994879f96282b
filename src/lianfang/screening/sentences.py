"""What the phone and the desk say in words, in both languages. No Django."""


def place(compound: str, building: str, unit: str, room: str) -> str:
    """云滨湾 3幢 2单元 501"""
    parts = [
        compound,
        f"{building}幢" if building.isdigit() else building,
        f"{unit}单元" if unit else "",
        room,
    ]
    return " ".join(part for part in parts if part)[:200]


def on_the_list(title: str) -> dict[str, str]:
    return {"zh": f"在“{title}”的名单上", "en": f"On the list of “{title}”"}
