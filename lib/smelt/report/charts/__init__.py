"""Charts as inline SVG: pure functions from numbers to markup, styled by the page, fluid in width.

Horizontal positions are percentages and heights are pixels, so that a chart fills a phone or a page and
its text keeps its size. Colours are classes: light, dark and print are the style sheet's affair.
"""
