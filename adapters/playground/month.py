"""A made-up team's month: what they asked for and what became of it, one line each: `day time who: words`.

Days are business days, counted back from today. After an ask stand the outcome and the priority that its asker
answers when they are asked; `/…` is a command, `/meeting` a whole refinement meeting.
"""

OPS = """
22 08:31 ada: @bmm the badge printer on 3 jams, need it fixed before the audit || badges print on 3 for a week || high
22 08:40 ada: /daily 09:00
22 10:05 dmitri: @bmm rotate the intranet certificates before the end of the month || no page shows a warning || high
22 11:40 esi: @bmm laptop and VPN account for Farah who starts on Monday, INC0042117 || she can log in at nine || urgent
22 14:31 chloe: @bmm the room displays on floor 2 show last week's bookings || they follow the calendar || medium
22 15:03 ada: /assign OPS-3 @ben
22 15:04 ben: /move OPS-3 doing
21 10:11 ben: @bmm clean up the 400 stale accounts in the directory, no rush || nobody unused for 90 days || low
21 10:31 dmitri: /take OPS-2
21 10:32 dmitri: /move OPS-2 doing
21 13:15 esi: @bmm guest wifi is too slow in the workshop room || a call holds with twenty guests || medium
21 16:40 ben: /move OPS-3 qa
20 09:45 esi: /done OPS-3
20 10:20 chloe: @bmm upgrade the ticket system to 9.4, support for 9.1 ends soon || mail still arrives || medium
20 11:02 ada: /take OPS-1
20 11:03 ada: /move OPS-1 doing
20 15:20 dmitri: @bmm the backup of the file server failed twice || a random folder is restored each Monday || high
19 09:30 ada: /block OPS-1 the vendor's fuser kit is on its way
19 10:40 dmitri: /take OPS-8
19 10:41 dmitri: /move OPS-8 doing
19 14:05 ben: @bmm the VPN drops every hour on the night shift || a night passes without a reconnect || high
18 11:15 dmitri: /move OPS-2 qa
18 11:40 ada: @bmm watch the disks of the build servers, they filled up again || warned at 80 percent || medium
18 15:30 esi: @bmm translate the password reset page into French || a colleague in Lyon can use it || low
18 16:00 dmitri: /done OPS-2
17 09:50 dmitri: /move OPS-8 qa
17 10:35 chloe: @bmm calls to reception still ring the old number, urgent || they ring in reception || urgent
17 11:00 ben: /take OPS-12
17 11:01 ben: /move OPS-12 doing
17 16:20 ben: /done OPS-12
16 10:10 ada: /meeting
16 14:00 dmitri: /done OPS-8
15 10:20 dmitri: /take OPS-9
15 10:21 dmitri: /move OPS-9 doing
15 11:30 esi: @bmm move the payroll exports to the new server, due in 2 weeks || the old one is off || high
14 13:30 ada: /move OPS-1 doing the kit has come
14 15:45 ben: @bmm printers on floor 1 ask for a PIN nobody has || printing there needs no PIN || medium
13 10:05 ada: /move OPS-1 qa
13 11:10 ben: /take OPS-10
13 11:11 ben: /move OPS-10 doing
12 09:40 chloe: /done OPS-1
12 14:20 dmitri: @bmm a fan of the core switch in rack 2 has stopped || rack 2 is quiet and watched || high
11 10:10 ada: /meeting
10 09:50 ben: /move OPS-10 qa
10 11:20 esi: /take OPS-13
10 11:21 esi: /move OPS-13 doing
10 15:10 chloe: @bmm customers escalated: the calendar of the vans double-books || one booking an hour || high
9 10:30 ben: /done OPS-10
9 12:05 dmitri: /block OPS-9 the provider traces our line
8 10:45 ada: @bmm write down how the wiki is restored, only Dmitri knows || somebody else has done it || medium
8 13:15 esi: /move OPS-13 qa
7 09:35 esi: /done OPS-13
7 11:25 ben: @bmm the conference phones in the board room echo
6 10:10 ada: /meeting
6 14:35 dmitri: /take OPS-15
6 14:36 dmitri: /move OPS-15 doing
5 10:50 esi: @bmm encrypt the laptops of the field team, CHG0030012, due in 10 days || all disks report so || high
4 09:55 ben: /take OPS-14
4 09:56 ben: /move OPS-14 doing
4 15:30 chloe: /take OPS-16
4 15:31 chloe: /move OPS-16 doing
3 11:05 dmitri: @bmm the door of the server room lost its clock || its log shows the right time || medium
3 14:50 ben: /block OPS-14 the print vendor owes us a driver
2 09:40 esi: /take OPS-19
2 09:41 esi: /move OPS-19 doing
2 13:30 ada: @bmm the intranet search finds nothing new || a page is found an hour after it was written || medium
2 16:10 chloe: /move OPS-16 qa
1 10:15 ben: @bmm order spare docking stations, the drawer is empty, by next Friday || six in the drawer || medium
1 11:30 dmitri: @bmm stop the nightly report nobody opens
1 15:20 esi: @bmm customers see a blank page when the status site is busy || it answers on a sale day || high
"""

FACILITIES = """
19 09:30 chloe: @bmm the automatic door at the loading bay closes too early || a pallet passes || urgent
19 10:10 chloe: /take FAC-1
19 10:11 chloe: /move FAC-1 doing
18 14:00 esi: @bmm two desks on floor 2 have no power || both have power and a light || medium
13 11:20 chloe: /done FAC-1
13 10:00 ben: @bmm the coffee machine on 3 leaks, nice to have || the floor below it is dry || low
8 13:40 dmitri: @bmm bike stands: three frames are loose
8 09:15 chloe: /take FAC-2
8 09:16 chloe: /move FAC-2 doing
4 15:25 ada: @bmm the air in meeting room Oslo is stale after an hour, by end of month || CO2 below 1,000 || medium
3 10:30 chloe: /block FAC-2 the electrician comes on Tuesday
"""

PRODUCT = """
19 10:00 esi: @bmm customers want their invoices as a spreadsheet || a year of invoices in one file || medium
16 15:10 ada: @bmm the sign-up page loses the address on a wrong postcode || what was typed stays || high
13 11:45 dmitri: @bmm roll out single sign-on to all partners || a partner logs in with their own account || high
9 09:20 esi: /take PRO-2
9 09:21 esi: /move PRO-2 doing
6 16:05 esi: @bmm dark mode for the order screen, whenever
3 10:40 esi: /move PRO-2 qa
2 14:15 ben: @bmm order confirmations arrive twice for some customers, urgent || one order, one mail || urgent
"""

MONTH = {"ops": OPS, "facilities": FACILITIES, "product": PRODUCT}
