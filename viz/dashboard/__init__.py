"""The dashboard: a village on a screen, for a class and for the analyst's desk.

`frames` films a run, `runner` runs it aside, `address` keeps what a visitor chose in the page's
address, `app` is the page and each tab is one file. What is drawn is drawn in the browser from
frames (`script/`), so that nothing on screen can touch a running village.
"""
