"""Gates: passes, crossings and which gates stay open. So far `passcode`, which signs and checks passes."""
