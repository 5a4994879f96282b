"""Lianfang 联防: a subdistrict, its communities and its residents get through an epidemic together."""

__version__ = "0.1.0"
