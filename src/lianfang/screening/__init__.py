"""Screening 摸排: campaigns, the work at each door, visits, journeys and risk."""
