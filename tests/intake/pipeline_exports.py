"""Small CRM exports in the style of their vendors, written by hand, and what is read from them."""

from __future__ import annotations

SALESFORCE_REPORT = """\
"Opportunity Owner","Account Name","Opportunity Name","Stage","Fiscal Period","Amount Currency","Amount","Expected Revenue","Probability (%)","Age","Close Date","Created Date","Next Step","Lead Source","Type","Opportunity ID","Account ID"
"R. Vale","Northwind","Jars, spring","Closed Won","Q1-2025","EUR","1,200.50","1,200.50","100","20","1/15/2025","12/20/2024","","Web","New Business","006A1","K01"
"R. Vale","Eastgate","Labels","Negotiation/Review","Q3-2025","EUR","800.00","720.00","90","40","9/30/2025","7/14/2025","Call buyer","Trade Show","New Business","006A2","K02"
"T. Oak","Southmill","Lids","Closed Lost","Q2-2025","EUR","450.00","0.00","0","61","4/25/2025","2/23/2025","","Web","Existing Business","006A3","K09"
"T. Oak","Southmill","Caps","Id. Decision Makers","Q3-2025","EUR","95.00","57.00","60","5","10/31/2025","8/1/2025","","","Existing Business","006A4","K09"
"""
SALESFORCE_TABLE = """\
Id,AccountId,Name,StageName,Amount,CurrencyIsoCode,CloseDate,CreatedDate,IsClosed,IsWon,LeadSource,OwnerId,Probability
006A1,K01,"Jars, spring",Closed Won,1200.50,EUR,2025-01-15,2024-12-20T09:00:00.000Z,true,true,Web,005X,100
006A2,K02,Labels,Negotiation/Review,800,EUR,2025-09-30,2025-07-14T09:00:00.000Z,false,false,Trade Show,005X,90
006A3,K09,Lids,Closed Lost,450,EUR,2025-04-25,2025-02-23T09:00:00.000Z,true,false,Web,005Y,0
006A4,K09,Caps,Value Proposition,95,EUR,2025-10-31,2025-08-01T09:00:00.000Z,false,false,,005Y,60
"""
HUBSPOT = """\
"Record ID","Deal Name","Deal Stage","Pipeline","Amount","Close Date","Create Date","Deal owner","Associated Company IDs","Associated Company","Associated Contact","Closed Lost Reason","Is Closed Won"
"901","Jars, spring","Closed won","Sales Pipeline","1200.50","2025-01-15 10:22","2024-12-20 09:00","R. Vale","K01","Northwind","Ann Lee (ann@x.example)","","true"
"902","Labels","Contract sent","Sales Pipeline","800","2025-09-30 12:00","2025-07-14 09:00","R. Vale","K02","Eastgate","Bo Ek","","false"
"903","Lids","Closed lost","Sales Pipeline","450","2025-04-25 12:00","2025-02-23 09:00","T. Oak","K09","Southmill","","price","false"
"904","Caps","Appointment Scheduled (Sales Pipeline)","Sales Pipeline","95","2025-10-31 12:00","2025-08-01 09:00","T. Oak","K09","Southmill","","","false"
"""
PIPEDRIVE = """\
"Deal - ID","Deal - Title","Deal - Value","Deal - Currency","Deal - Stage","Deal - Status","Deal - Organization","Deal - Contact person","Deal - Owner","Deal - Deal created","Deal - Won time","Deal - Lost time","Deal - Lost reason","Deal - Expected close date","Deal - Probability"
"11","Jars, spring","1200.50","EUR","Negotiations Started","Won","Northwind","Ann Lee","R. Vale","2024-12-20 09:00:00","2025-01-15 10:22:00","","","2025-01-31","80"
"12","Labels","800","EUR","Proposal Made","Open","Eastgate","Bo Ek","R. Vale","2025-07-14 09:00:00","","","","2025-09-30",""
"13","Lids","450","EUR","Demo Scheduled","Lost","Southmill","","T. Oak","2025-02-23 09:00:00","","2025-04-25 12:00:00","price","2025-05-31",""
"14","Caps","95","EUR","Qualified","Open","Southmill","","T. Oak","2025-08-01 09:00:00","","","","2025-10-31",""
"""
MAVEN = """\
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
1C1I7A6R,R. Vale,GTX Plus,Northwind,Won,12/20/2024,1/15/2025,1200.5
Z063OYW0,R. Vale,GTXPro,,Engaging,7/14/2025,,
EC4QE1BX,T. Oak,MG Special,Southmill,Lost,2/23/2025,4/25/2025,0
MV1LWRNH,T. Oak,GTX Basic,,Prospecting,,,
"""
GERMAN = """\
Angebotsnummer;Kundennummer;Angebot;Phase;Betrag;Währung;Angelegt am;Geplanter Abschluss;Abgeschlossen am;Verlustgrund;Bearbeiter
A-1;K01;Gläser Frühjahr;Gewonnen;1.200,50;EUR;20.12.2024;31.01.2025;15.01.2025;;RV
A-2;K02;Etiketten;Verhandlung;800,00;EUR;14.07.2025;30.09.2025;;;RV
A-3;K09;Deckel;Verloren;450,00;EUR;23.02.2025;31.05.2025;25.04.2025;Preis;TO
A-4;K09;Kappen;Bedarfsanalyse;95,00;EUR;01.08.2025;31.10.2025;;;TO
"""
ESPO = """\
name,accountName,stage,amount,amountCurrency,probability,leadSource,closeDate,createdAt,id
"Jars, spring",Northwind,Closed Won,1200.50,EUR,100,Web,2025-01-15,2024-12-20 09:00:00,5f1
Labels,Eastgate,Negotiation,800,EUR,80,,2025-09-30,2025-07-14 09:00:00,5f2
Lids,Southmill,Closed Lost,450,EUR,0,,2025-04-25,2025-02-23 09:00:00,5f3
Caps,Southmill,Needs Analysis,95,EUR,20,,2025-10-31,2025-08-01 09:00:00,5f4
"""
