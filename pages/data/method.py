"""How the numbers are made, how right they are, and what every word means."""

from loaders import glossary
from pages.parts import figure, method

figure.answer(method.answer())
if text := method.asked():
    method.results(text)
else:
    method.made()
    method.accuracy()
    method.cannot_say()
    method.words(glossary.terms())
