"""Names of the cues that are read from a question's form rather than its words (`Query.cues`)."""

from __future__ import annotations

# It opens with its verb ("gikk 60 prosent …?").
POLAR = "polar"
# It asks what part of all a group is ("andelen kvinner").
COMPOSITION = "composition"
# It counts heads rather than shares ("er det flest kvinner?").
HEADS = "heads"
# It ranks the outcomes that one measure unites.
PARTS = "parts"
# It asks for a mean, or who does best rather than who is most.
MEAN, QUALITY = "mean", "quality"
# It asks of the years before or after the one that it names, or of a time after the programme.
BEFORE, AFTER, LAPSE = "before", "after", "lapse"
# It asks how many are in an outcome on the day of asking.
TODAY = "today"
# It asks for a year.
WHEN = "when"
# It asks which group is set off from the others.
SINGLED = "singled"
# It asks of all, whatever their group.
EVERYONE = "everyone"
# It asks whether a figure is the highest or the lowest of all years.
EVER = "ever"
# It asks in which of two years something is.
EITHER_YEAR = "either_year"
# It asks for a share and for heads.
BOTH_UNITS = "both_units"
# It asks who speaks, or says of someone that they said something ("Sanner lovte jo …").
SPEAKING, ATTRIBUTED = "speaking", "attributed"
