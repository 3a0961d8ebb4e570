"""Supervision notices: issued for what is red, replied to, judged, closed; withdrawn when it was not so."""
