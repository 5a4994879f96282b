"""Screening 摸排: campaigns, visits, journeys and risk."""
