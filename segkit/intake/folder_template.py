"""The tables of ``company.toml`` that nobody needs at first, as comments to uncomment: every table there is, with one line of what for.

A comment sign and one space stand before each line of TOML, so that an editor's "uncomment" makes it a setting; sentences begin
with a capital after theirs.
"""

from __future__ import annotations

OPTIONAL_TABLES = """
# What follows is optional. Take the sign # and the space from the beginning of a line to use it, with its [table] above it.

# [[segments]]                       # give a group your own name, or define it
# contains = "CUSTOMER-ID"           # any customer of the group
# name = "Name of the group"
# note = "One sentence of yours"

# [evidence]                         # decide on passages by the keys that `segkit check` prints
# accept = []                        # speaks for the group named in the key
# against = []                       # speaks against it
# reject = []                        # never show again
# pin = []                           # comes first

# [brand]                            # how you sound, and who a message comes from
# tone = "warm and plain; short sentences"
# sender = "Name <hello@shop.example>"
# reply_to = "hello@shop.example"
# postal_address = "Shop, 1 Street, Town"   # stands under every email
# signature = "Name, Shop"
# sms_sender = "Shop"                # a number, or at most 11 letters and digits
# color = "#225577"                  # of the button
# unsubscribe_url = "https://shop.example/leave"
# privacy_url = "https://shop.example/privacy"

# [flows]                            # rules for all flows
# quiet_start = 20                   # nothing is sent from this hour on ...
# quiet_end = 8                      # ... until this one
# max_per_week = 2                   # messages one customer may get
# margin = 0.4                       # share of revenue left after goods; with message_cost it gives a break-even rate
# message_cost = 0.05

# [[flows.override]]                 # another flow for one group
# contains = "CUSTOMER-ID"
# kind = "win_back"                  # a kind of flow; the report names them all
# reason = "Why; printed beside the flow"

# [messages]
# drafts = []                        # customers whose groups get a draft; two are drafted by themselves

# [[messages.offer]]                 # an offer that the website does not show
# text = "Free delivery this week"
# code = "CODE"
# until = 2030-12-31                 # after this day it is left out
# contains = "CUSTOMER-ID"           # left out: for every group

# [[messages.own]]                   # a message in your own words, or as messages/*.md
# contains = "CUSTOMER-ID"
# channel = "email"
# subject = "Subject"
# paragraphs = ["First paragraph.", "Second paragraph."]
# action_label = "See the range"
# action_url = "https://shop.example/range"

# [sales]                            # how you sell
# framework = "BANT"
# lost_after = 3.0                   # silent for so many times the own gap counts as lost
# opportunity = "What an opportunity is here, in your words"

# [[sales.criteria]]                 # decide on one criterion
# criterion = "authority"
# applies = "partly"                 # yes, partly, no or not_observable
# reason = "Why; printed beside the verdict"
# question = "What a seller asks"

# [[sales.stages]]                   # decide on one of the six stages
# stage = "closing"
# applies = "partly"
# reason = "Why; printed beside the verdict"
# owner = "Who owns it"

# [report]                           # the cover of a hand-in
# title = "Title of your report"
# authors = ["First Name", "Second Name"]
# course = "Course"
# institution = "Institution"
# lecturer = "Name"
# submitted = 2030-01-31             # left out, no date is printed
# ai_use = "What you used AI for, in your own words"
# citation_style = "apa"             # apa, numeric, or the name of a .csl file in this folder
# worksheet = true                   # leave segkit's arguments out and ask for yours

# Your own words for a paragraph that argues stand in text/, one file a section, so that several people can write at once;
# segkit ask makes the files with the questions and facts. A short one can stand here instead.
# [[texts]]
# section = "group"                  # group, flow, message, criterion, stage, opportunity or summary
# contains = "CUSTOMER-ID"           # criterion and stage say about = "need" or "closing" instead
# text = "Your paragraph."
# by = "Your name"
"""
"""Every optional table but [pipeline], which a CRM export proposes."""
