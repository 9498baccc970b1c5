# A sample negotiation. It is fiction: the compact, the countries, the meetings, the statements and all wording are made up for this
# demonstration. The names of the seven groups are those of real groups of States, which never said any of this.
compact seasonal-mobility "Compact for Fair and Predictable Seasonal Mobility (fiction)"

group friends-of-decent-work "Friends of decent work and sustainable development"
group friends-of-children "Friends of children"
group friends-of-gender "Friends of gender"
group like-minded-states "Like-Minded States"
group african-states "African States"
group arab-states "Arab States"
group eu-27 "EU-27"

delegation norland "Norland" in eu-27
delegation lindmark "Lindmark" in eu-27
delegation ombara "Ombara" in african-states, friends-of-children
delegation tavira "Tavira" in african-states
delegation qasira "Qasira" in arab-states
delegation sundara "Sundara" in like-minded-states
delegation highmark "Highmark" in like-minded-states
delegation kestrel-islands "Kestrel Islands"
delegation marisol "Marisol"

round first "First round" from 2025-02-10 to 2025-02-14
round second "Second round" from 2025-03-17 to 2025-03-21
round third "Third round" from 2025-05-12 to 2025-05-16
round fourth "Fourth round" from 2025-06-16 to 2025-06-20
round last "Last round" from 2025-07-14 to 2025-07-18

# The co-facilitators put in the text that they start from; one word of it is in brackets from the beginning.
revision because "the elements paper, after consultations in capitals"
| # Compact for Fair and Predictable Seasonal Mobility (fiction)
|
| We, the representatives of States gathered in Port Meridian, have agreed on the present Compact.
|
| ## Preamble
|
| 1. For as long as there have been harvests to gather and fish to land, people have crossed borders with the seasons. Their work sustains rural and coastal economies, and their earnings sustain families at home.
|
| 2. The present Compact rests on the Charter of the United Nations and on international human rights law. It takes note of international labour standards.
|
| 3. We recognize that seasonal workers contribute to development and that their contribution is often overlooked.
|
| 4. The present Compact is a voluntary framework. It creates no legal obligations and leaves each State free to go further.
|
| ## Guiding principles
|
| 5. The following principles are interdependent and guide the present Compact:
|
| (a) Dignity. Seasonal workers are holders of rights and will be treated as such.
|
| (b) Predictability. Rules on entry, stay and work should be clear and published in good time.
|
| (c) Sovereignty. Each State determines its own policy on admission.
|
| (d) Partnership. Countries of origin and destination share responsibility for the outcomes of seasonal mobility.
|
| 6. We will implement the present Compact without discrimination.
|
| 7. In all actions concerning children we will take their best interests into account.
|
| ## Recruitment, entry and stay
|
| 8. We commit to provide accurate information on seasonal work to workers before they decide to leave home.
|
| 9. To that end we will:
|
| (a) publish each year the expected number of seasonal permits by sector;
|
| (b) maintain a public website with model contracts and minimum wages;
|
| (c) offer pre-departure courses, as appropriate.
|
| 10. Recruitment fees and related costs should not be borne by seasonal workers.
|
| 11. We will register recruiters and keep the register open to the public.
|
| 12. We will consider sanctions against recruiters who deceive workers about the nature, place or duration of the work.
|
| 13. Seasonal permits should be issued within a reasonable time and at a reasonable cost.
|
| 14. Permits for several seasons may be granted to workers who have respected the conditions of earlier stays.
|
| 15. Seasonal workers whose employer breaches the contract should, as appropriate, be able to change employers without losing their permit.
|
| 16. We will facilitate the return of seasonal workers at the end of the season.
|
| 17. States may require proof of accommodation before a permit is issued.
|
| ## Decent work and living conditions
|
| 18. We will ensure that seasonal workers receive equal pay for work of equal value.
|
| 19. Each seasonal worker should receive a written contract before departure.
|
| 20. To protect seasonal workers we will:
|
| (a) strengthen labour inspection in agriculture, fisheries and tourism;
|
| (b) require employers to provide protective equipment;
|
| (c) establish accessible complaint procedures;
|
| (d) take measures against the retention of identity documents.
|
| 21. Working hours, rest periods and leave should be in line with national law.
|
| 22. We recognize the role of trade unions, as appropriate, in informing seasonal workers of their rights.
|
| 23. Wages will be paid in full and at least once a month.
|
| 24. Accommodation provided to seasonal workers should be safe and clean.
|
| 25. Seasonal workers will have access to [emergency] health care.
|
| 26. The needs of women will be taken into account in accommodation and transport.
|
| ## Families and children
|
| 27. We acknowledge that long seasons weigh on children who remain at home.
|
| 28. We will facilitate contact between seasonal workers and their families.
|
| 29. Children who accompany seasonal workers should be admitted to school within a reasonable period.
|
| 30. Children will not be recruited for seasonal work.
|
| ## Social protection and remittances
|
| 31. We will explore the portability of social security entitlements earned by seasonal workers.
|
| 32. We will promote faster, safer and cheaper remittances.
|
| 33. We encourage the recognition of skills acquired during the season.
|
| ## Follow-up and review
|
| 34. We will review progress every four years.
|
| 35. We invite civil society, trade unions and employers to contribute to the review.
|
| 36. A report will be prepared for each review on the basis of information provided by States.
|
| 37. The present Compact will be open to all States.
draft "Zero Draft"

# First round. Those who have no seat are heard first; a sponsor may say that its proposal takes up what it heard.
statement norland-opens by government norland "Norland" on 2025-02-10 as "Opening statement of Norland" about "10", "15"
| Whoever hires should pay for hiring. Norland will propose that the Compact says so in as many words.
statement wages-withheld by trade_union "International Union of Harvest and Fishery Workers (fiction)" on 2025-02-11 as "A wage paid late is a wage withheld" about "19", "22", "23"
| Our members are paid at the end of the season, or never. They ask for wages on time, for a contract that they can read, and to be represented by
| their unions wherever they work.
statement home-before-winter by civil_society "Home Before Winter (fiction)" on 2025-02-12 as "The children who stay behind" about "27", "28"
| Six months is half the life of a child of one. Families need to be able to speak to each other without counting the minutes, and to visit.

proposal wages-on-time by friends-of-decent-work because "a wage paid late is a wage withheld"
  in "23" replace "will" with "shall"
  in "23" add ", on time" after "in full"
proposal equal-treatment by friends-of-decent-work, african-states
  in "18" add ", irrespective of nationality or migration status" after "equal value"
proposal labour-standards by friends-of-decent-work because "standards are a foundation, not a footnote"
  in "2" replace "takes note of" with "is founded on"
proposal labour-standards-drawn-on by eu-27
  in "2" replace "takes note of" with "draws on"
proposal no-fees by african-states because "a worker who begins in debt is not free to leave"
  in "10" replace "should not" with "shall not"
proposal fees-not-borne by friends-of-decent-work
  in "10" replace "should not" with "shall not"
proposal fees-in-agreements by qasira
  in "10" add ", without prejudice to bilateral agreements" after "seasonal workers"
proposal employer-pays by norland because "a rule that names who pays can be enforced"
  reword "10" to "Employers shall pay all the costs of recruitment."
proposal best-interests by friends-of-children
  in "7" replace "take their best interests into account" with "uphold the best interests of the child as the paramount consideration"
proposal no-child-recruited by friends-of-children
  in "30" replace "will not" with "shall not under any circumstances"
proposal light-work by tavira because "help on the family farm is not recruitment"
  in "30" add ", except for light work on family farms" after "seasonal work"
proposal safe-quarters by friends-of-gender
  reword "26" to "Accommodation and transport shall be safe for women, with separate and lockable quarters and sanitary facilities."
proposal gender-principle by friends-of-gender
  insert item "(e)" after "5 / (d)": "Gender equality. The rights and needs of women, men, girls and boys are addressed at every stage of seasonal mobility."
proposal admission-and-law by eu-27
  in "5 / (c)" add ", in conformity with international law" after "policy on admission"
proposal sovereign-right by like-minded-states
  in "5 / (c)" replace "determines" with "has the sovereign right to determine"
proposal no-proof-of-accommodation by african-states, arab-states because "accommodation is for the employer to prove, not for the worker"
  strike "17"
proposal sustainable-development by african-states
  in "3" replace "development" with "sustainable development in countries of origin and destination"
proposal information-understood by ombara
  in "8" add " and timely" after "accurate"
  in "8" add ", in languages that they understand," after "to workers"
proposal health-as-nationals by arab-states because "an illness does not wait until it is an emergency"
  in "25" replace "[emergency] health care" with "health care on the same terms as nationals"
proposal endorsement by marisol
  in "37" replace "will be" with "is"

uptake of wages-withheld in wages-on-time by friends-of-decent-work
uptake of norland-opens in employer-pays by norland
cosponsor gender-principle by friends-of-children
position eu-27 supports no-fees
position eu-27 objects fees-in-agreements
position friends-of-children objects light-work
position african-states can_live_with labour-standards-drawn-on
position like-minded-states reserves health-as-nationals
position friends-of-decent-work supports health-as-nationals

take up wages-on-time
take up equal-treatment
take up labour-standards-drawn-on because "the wording on which most speakers could agree"
refused collision: take up labour-standards
decline labour-standards because "see paragraph 2 as it now stands"
take up no-fees because "broad support in the room"
take up fees-not-borne because "in the same words"
refused collision: take up employer-pays
decline fees-in-agreements because "agreements between States may go further, but not below"
take up best-interests modified because "in the terms that the groups agreed among themselves"
  in "7" replace "take their best interests into account" with "treat the best interests of the child as a primary consideration"
take up no-child-recruited
decline light-work because "the paragraph concerns recruitment; family farms are not affected"
take up safe-quarters
take up gender-principle
take up admission-and-law
take up sovereign-right
take up no-proof-of-accommodation
take up sustainable-development
take up information-understood
withdraw endorsement because "to come back to it when the last chapter is stable"

# Second round.
revise employer-pays because "as a second sentence, now that the first is settled"
  in "10" add " Such fees and costs shall be borne by the employer." at end
cosponsor employer-pays by eu-27
proposal contract-in-full by friends-of-decent-work
  in "19" replace "should" with "shall"
  in "19" add ", in a language that the worker understands, stating wages, deductions, hours, accommodation and the place of work" after "before departure"
proposal safety-at-work by friends-of-decent-work
  in "20 / (a)" replace "fisheries and tourism" with "fisheries, tourism and domestic work"
  in "20 / (b)" add " at no cost to the worker" after "protective equipment"
  in "20 / (c)" add ", free of charge and without fear of reprisal" after "complaint procedures"
proposal documents-prohibited by african-states
  in "20 / (d)" replace "take measures against" with "prohibit"
proposal documents-penalized by arab-states
  in "20 / (d)" replace "take measures against" with "penalize"
proposal hours-and-standards by friends-of-decent-work
  in "21" add " and international labour standards" after "national law"
proposal unions-unqualified by marisol because "their role does not depend on what is appropriate"
  in "22" strike ", as appropriate,"
proposal unions-represent by friends-of-decent-work
  in "22" add " and in representing them" after "of their rights"
proposal change-of-employer by lindmark, norland
  in "15" strike ", as appropriate,"
proposal change-of-employer-in-law by like-minded-states
  in "15" replace "as appropriate" with "where national legislation so provides"
proposal three-months by sundara
  in "9 / (a)" add ", at the latest three months before the season opens" after "by sector"
proposal courses-free by friends-of-gender, friends-of-children
  in "9 / (c)" replace ", as appropriate" with " free of charge, including on the rights of women and of children"
proposal school-in-a-month by friends-of-children
  in "29" replace "should" with "shall"
  in "29" replace "within a reasonable period" with "within one month of their arrival"
proposal contact-affordable by ombara
  in "28" add ", including by means of affordable communication" after "their families"
proposal services-at-home by friends-of-children because "to acknowledge is not enough"
  strike "27"
  insert paragraph "27 bis" after "Families and children": "We recognize that long seasons weigh heavily on children who remain at home, and will support community services for them."
proposal remittances-three-per-cent by african-states because "a target that can be measured"
  in "32" add " at a cost of no more than three per cent of the amount sent" after "cheaper remittances"
proposal portability by friends-of-decent-work, african-states
  in "31" replace "explore" with "work towards"
proposal skills-at-work by sundara because "skills are acquired at work, and belong with it"
  move "33" after "23"
proposal sanctions by friends-of-gender
  in "12" replace "consider sanctions against" with "impose effective and proportionate sanctions on"
proposal no-sanctions by like-minded-states because "sanctions are for national law"
  strike "12"
proposal trafficking by friends-of-gender
  in "12" add " We will also prevent, investigate and punish trafficking in persons for the purpose of seasonal work." at end

cosponsor trafficking by friends-of-children
cosponsor documents-penalized by like-minded-states
cosponsor documents-prohibited by friends-of-decent-work
uncosponsor documents-penalized by like-minded-states
position qasira reserves documents-prohibited
position eu-27 can_live_with portability
position eu-27 reserves remittances-three-per-cent
position friends-of-gender objects no-sanctions
position like-minded-states reserves change-of-employer
uptake of wages-withheld in contract-in-full by friends-of-decent-work
uptake of wages-withheld in unions-represent by friends-of-decent-work
uptake of home-before-winter in contact-affordable by ombara

# Other wording in place of that of a proposal: its sponsors accept it, and both have the credit.
proposal hours-applicable by like-minded-states in place of hours-and-standards because "no State is bound by every one of them"
  in "21" add " and applicable international labour standards" after "national law"
accept hours-applicable

# What workers take home: three proposals that stand or fall together.
package earnings of remittances-three-per-cent, portability, skills-at-work as "What workers take home"
refused in-package: take up portability
revise remittances-three-per-cent because "no figure, so that the package can be agreed"
  in "32" add ", and will work together to lower their cost" after "cheaper remittances"
position eu-27 supports remittances-three-per-cent

take up employer-pays
take up contract-in-full modified because "what the contract is to state is left to the model contracts of paragraph 9"
  in "19" replace "should" with "shall"
  in "19" add ", in a language that the worker understands" after "before departure"
take up safety-at-work modified because "domestic work is not seasonal; the two other changes as tabled"
  in "20 / (b)" add " at no cost to the worker" after "protective equipment"
  in "20 / (c)" add ", free of charge and without fear of reprisal" after "complaint procedures"
take up documents-prohibited
refused collision: take up documents-penalized
decline documents-penalized because "a penalty is for national law to set; the prohibition stands"
take up hours-and-standards
take up unions-unqualified
take up unions-represent
take up change-of-employer
refused collision: take up change-of-employer-in-law
decline change-of-employer-in-law because "the qualification was taken out at the request of others"
take up three-months
take up courses-free modified because "the rights of all workers; those of women and of children have paragraphs of their own"
  in "9 / (c)" replace ", as appropriate" with " free of charge, including on the rights of workers"
take up school-in-a-month modified because "without a time limit that some school systems cannot keep"
  in "29" replace "should" with "shall"
  in "29" replace "within a reasonable period" with "without delay"
take up contact-affordable
take up services-at-home
take up all of earnings because "agreed as a whole, and not otherwise"
take up sanctions
decline no-sanctions because "most speakers asked for stronger words, not for none"
take up trafficking
draft "Rev. 1"

# What the room has agreed is closed ad referendum, and groups say what they think of paragraphs as they read now.
position eu-27 supports "5 / (c)"
position like-minded-states supports "5 / (c)"
position like-minded-states can_live_with "12"
position african-states supports "23"
close "23" because "agreed ad ref on the last day of the second round"
close "30" because "agreed ad ref on the last day of the second round"

# Third round. Kestrel Islands joins the Friends of children.
delegation kestrel-islands "Kestrel Islands" in friends-of-children
proposal health-care-shall by friends-of-decent-work
  in "25" replace "will" with "shall"
proposal adequate-accommodation by arab-states
  in "24" replace "safe and clean" with "safe, clean and adequate, with drinking water and space for rest"
proposal actual-cost by friends-of-decent-work
  insert paragraph "24 bis" after "24": "Deductions from wages for accommodation and meals shall not exceed their actual cost."
proposal visits by ombara
  insert paragraph "28 bis" after "28": "Seasonal workers whose stay exceeds six months should be able to receive visits from their children."
proposal thirty-days by eu-27
  in "13" replace "a reasonable time" with "thirty days"
proposal sixty-days by kestrel-islands because "thirty days is out of reach for small administrations"
  in "13" replace "within a reasonable time" with "promptly, no later than sixty days after application,"
proposal return-and-reintegration by african-states
  reword "16" to "We will facilitate the safe and dignified return of seasonal workers at the end of the season, and will support their reintegration at home."
proposal readmission by norland
  in "16" add ", and States of origin shall readmit their nationals without delay" after "the season"
proposal rights-of-families by marisol
  in "2" add ", including the rights of families" after "human rights law"
proposal seasons-in-a-row by tavira, sundara
  in "14" replace "may" with "should"
proposal every-two-years by friends-of-children, friends-of-gender
  in "34" replace "four" with "two"
proposal every-three-years by eu-27
  in "34" replace "four" with "three"
proposal workers-heard by eu-27
  in "35" replace "trade unions and employers" with "trade unions, employers and seasonal workers themselves"
proposal uncertain-seasons by kestrel-islands
  in "1" add " Storms and droughts are making the seasons less certain." at end
proposal no-obligation by highmark
  reword "4" to "The present Compact creates no obligation of any kind for any State."
proposal contract-first by lindmark
  move "19" after "Decent work and living conditions"
proposal grounds by friends-of-gender
  in "6" add " of any kind, including on grounds of sex, age, language, religion or disability" after "discrimination"
proposal principles-first by arab-states because "principles should come before history"
  move "5" after "We, the representatives…"

proposal results-published by marisol
  in "36" add " All contributions to the review will be made public." at end
refused provision-closed: proposal twice-a-month by tavira
  in "23" replace "once a month" with "twice a month"
uptake of home-before-winter in visits by ombara
cosponsor visits by friends-of-children
cosponsor workers-heard by friends-of-decent-work
position like-minded-states reserves workers-heard
position arab-states objects readmission
position african-states objects readmission
position eu-27 objects no-obligation
position friends-of-decent-work objects no-obligation
position african-states supports sixty-days
position like-minded-states can_live_with "25"

take up health-care-shall
close "25" because "agreed ad ref in the small group on health"
take up adequate-accommodation
take up actual-cost
take up return-and-reintegration
decline readmission because "no agreement; the matter is dealt with elsewhere"
withdraw rights-of-families because "covered by the chapter on families"
take up seasons-in-a-row
take up every-three-years
refused collision: take up every-two-years
decline every-two-years because "three years, as a middle way"
take up workers-heard
decline no-obligation because "paragraph 4 already says what was agreed"
delegation highmark leaves
take up contract-first
take up grounds modified because "any list would be incomplete"
  in "6" add " of any kind" after "discrimination"
decline principles-first because "the preamble stays where preambles stand"

# The co-facilitators hand in a whole text. They say which proposal it reflects; that it has words of others as well, the program finds. What
# nobody asked for needs a reason, or their signature.
revision reflecting uncertain-seasons
| # Compact for Fair and Predictable Seasonal Mobility (fiction)
|
| We, the representatives of States gathered in Port Meridian, have agreed on the present Compact.
|
| ## Preamble
|
| 1. For as long as there have been harvests to gather and fish to land, people have crossed borders with the seasons. Their work sustains rural and coastal economies, and their earnings sustain families at home. More frequent storms and droughts are making the seasons less certain.
|
| 2. The present Compact rests on the Charter of the United Nations and on international human rights law, including the rights of families. It draws on international labour standards.
|
| 3. We recognize that seasonal workers contribute to sustainable development in countries of origin and destination and that their contribution is often overlooked.
|
| 4. The present Compact is a voluntary framework. It creates no legal obligations and leaves each State free to go further.
|
| ## Guiding principles
|
| 5. The following principles are interdependent and guide the present Compact:
|
| (a) Dignity. Seasonal workers are holders of rights and will be treated as such.
|
| (b) Predictability. Rules on entry, stay and work should be clear and published in good time.
|
| (c) Sovereignty. Each State has the sovereign right to determine its own policy on admission, in conformity with international law.
|
| (d) Partnership. Countries of origin and destination share responsibility for the outcomes of seasonal mobility.
|
| (e) Gender equality. The rights and needs of women, men, girls and boys are addressed at every stage of seasonal mobility.
|
| 6. We will implement the present Compact without discrimination of any kind.
|
| 7. In all actions concerning children we will treat the best interests of the child as a primary consideration.
|
| ## Recruitment, entry and stay
|
| 8. We commit to provide accurate and timely information on seasonal work to workers, in languages that they understand, before they decide to leave home.
|
| 9. To that end we will:
|
| (a) publish each year the expected number of seasonal permits by sector, at the latest three months before the season opens;
|
| (b) maintain a public website with model contracts and minimum wages;
|
| (c) offer pre-departure courses free of charge, including on the rights of workers.
|
| 10. Recruitment fees and related costs shall not be borne by seasonal workers. Such fees and costs shall be borne by the employer.
|
| 11. We will register recruiters and keep the register open to the public.
|
| 12. We will impose effective and proportionate sanctions on recruiters who deceive workers about the nature, place, duration or conditions of the work. We will also prevent, investigate and punish trafficking in persons for the purpose of seasonal work.
|
| 13. Seasonal permits should be issued [within thirty days] [promptly, no later than sixty days after application,] and at a reasonable cost.
|
| 14. Permits for several seasons should be granted to workers who have respected the conditions of earlier stays.
|
| 15. Seasonal workers whose employer breaches the contract should be able to change employers without losing their permit.
|
| ## Decent work and living conditions
|
| 16. Each seasonal worker shall receive a written contract before departure, in a language that the worker understands.
|
| 17. We will ensure that seasonal workers receive equal pay for work of equal value, irrespective of nationality or migration status.
|
| 18. To protect seasonal workers we will:
|
| (a) strengthen labour inspection in agriculture, fisheries and tourism;
|
| (b) require employers to provide protective equipment at no cost to the worker;
|
| (c) establish accessible complaint procedures, free of charge and without fear of reprisal;
|
| (d) prohibit the retention of identity documents.
|
| 19. Working hours, rest periods and leave should be in line with national law and applicable international labour standards.
|
| 20. We recognize the role of trade unions in informing seasonal workers of their rights and in representing them.
|
| 21. Wages shall be paid in full, on time and at least once a month.
|
| 22. We will encourage the recognition of skills acquired during the season.
|
| 23. Accommodation provided to seasonal workers should be safe, clean and adequate, with drinking water and space for rest.
|
| 24. Deductions from wages for accommodation and meals shall not exceed their actual cost.
|
| 25. Seasonal workers shall have access to [emergency] health care.
|
| 26. Accommodation and transport shall be safe for women, with separate and lockable quarters and sanitary facilities.
|
| ## Families and children
|
| 27. We recognize that long seasons weigh heavily on children who remain at home, and will support community services for them.
|
| 28. We will facilitate contact between seasonal workers and their families, including by means of affordable communication.
|
| 28 bis. Seasonal workers whose stay exceeds six months should be able to receive visits from their families, in particular from their children.
|
| 29. Children who accompany seasonal workers shall be admitted to school without delay.
|
| 30. Children shall not under any circumstances be recruited for seasonal work.
|
| ## Return, social protection and remittances
|
| 31. We will facilitate the safe and dignified return of seasonal workers at the end of the season, and will support their reintegration at home.
|
| 32. We will work towards the portability of social security entitlements earned by seasonal workers.
|
| 33. We will promote faster, safer and cheaper remittances, and will work together to lower their cost.
|
| ## Follow-up and review
|
| 34. We will review progress every three years.
|
| 35. We invite civil society, trade unions, employers and seasonal workers themselves to contribute to the review, and will publish what they contribute.
|
| 36. A report will be prepared for each review on the basis of information provided by States.
|
| 37. The present Compact will be open to all States.
refused silent-changes: draft "Rev. 2"
reason for 186 in "1": "the storms were there before; they come more often"
reason for 186 in "13": "two groups differ, and the paragraph has both, in brackets"
reason for 186 in "22": "the verb of the other paragraphs"
reason for 186 in "28 bis": "husbands and wives visit, too"
reason for 186 in "Return, social protection and remittances": "the chapter has return in it now"
reason for 186 in "31": "return belongs with what follows the season"
reason for 186 in "35": "said in the room"
refused silent-changes: draft "Rev. 2"
draft "Rev. 2" signed off

# In the morning a delegation asks who put conditions into paragraph 12, and another tells whose idea the publishing was.
reason for 186 in "12": "asked for by several speakers, and left out of the list by mistake"
correct 0 of 186 in "35" to results-published because "Marisol had asked for it in other words, and said so in the room"

# Fourth round. A proposal on the Zero Draft finds agreement at last; the paragraph is reopened for it, and closed again.
refused provision-closed: take up health-as-nationals
reopen "25" because "the small group found agreement on more than emergencies"
confirm health-as-nationals
take up health-as-nationals because "agreed in the small group on health"
close "25" because "agreed ad ref as it now reads"
proposal accidents-compensated by friends-of-decent-work
  insert paragraph "25 bis" after "25": "Occupational accidents and diseases shall be compensated, including after the worker has returned home."
proposal register-online by sundara
  in "11" add ", online and in the main languages of countries of origin" after "the public"
proposal licences by friends-of-decent-work
  in "11" add "license and " before "register recruiters"
proposal consular-contact by arab-states
  insert paragraph "15 bis" after "15": "Seasonal workers shall be free to contact the consular authorities of their country at any time."
proposal sources-of-report by eu-27
  in "36" add " and by other stakeholders" after "provided by States"
proposal sources-voluntary by like-minded-states
  in "36" add " on a voluntary basis" after "provided by States"
proposal personal-data by lindmark, eu-27
  insert paragraph "36 bis" after "36": "Personal data may be collected for the purposes of the review only, shall be stored for no longer than one year and shall be protected."
proposal seasonal-consultations by tavira, sundara
  reword "5 / (d)" to "Partnership. Countries of origin and destination share responsibility for the outcomes of seasonal mobility and consult each other before every season."
proposal before-each-season by kestrel-islands
  in "5 / (b)" replace "in good time" with "before each season"
proposal website-folded by kestrel-islands because "a small administration cannot keep one more website up to date"
  strike "9 / (b)"
  in "8" add ", wages and contracts" after "on seasonal work"
proposal portability-agreements by african-states, arab-states
  in "32" add " and will conclude agreements to that end" after "earned by seasonal workers"
proposal dignity-throughout by ombara
  in "5 / (a)" replace "holders of rights" with "entitled to all human rights"
  in "5 / (a)" add " throughout the season and on the journey" after "as such"

delegation tavira "Tavira" in african-states, friends-of-decent-work
cosponsor website-folded by like-minded-states
cosponsor consular-contact by african-states
position like-minded-states can_live_with sources-of-report
position eu-27 objects sources-voluntary
position friends-of-decent-work can_live_with website-folded
position friends-of-children supports "28 bis"
position qasira supports accidents-compensated
position eu-27 supports portability-agreements

take up accidents-compensated
take up register-online
take up licences
take up consular-contact
take up sources-of-report
decline sources-voluntary because "information is voluntary already; nobody is asked for it against their will"
take up personal-data modified because "without a period, on which the laws of States differ"
  insert paragraph "36 bis" after "36": "Personal data collected for the review shall be protected and used for no other purpose."
take up seasonal-consultations
take up before-each-season
take up website-folded
take up portability-agreements
take up dignity-throughout modified because "the season only; they stay holders of rights"
  in "5 / (a)" add " throughout the season" after "as such"

# Last round.
round last "Last round and adoption" from 2025-07-14 to 2025-07-19
statement african-closing by group african-states "African States" on 2025-07-14 as "What remains to be done" about "5 / (d)", "34"
| The Compact will be judged by what changes on the farms and on the boats before the first review.
proposal school-on-arrival by friends-of-children
  in "29" replace "without delay" with "as soon as they arrive"
proposal disaggregated-data by friends-of-gender
  in "36" add ", with data disaggregated by sex and age," after "A report"
proposal endorsement-at-port-meridian by marisol
  in "37" replace "open to" with "open for endorsement by"
  in "37" add " at Port Meridian" after "all States"
proposal not-binding by like-minded-states
  in "4" add " and non-binding" after "voluntary"
proposal skills-certified by tavira
  in "22" add ", including by means of certificates issued by the employer" after "the season"

position friends-of-children supports disaggregated-data
position sundara supports skills-certified
position eu-27 reserves not-binding

decline school-on-arrival because "paragraph 29 was settled in the second round"
take up disaggregated-data
take up endorsement-at-port-meridian
withdraw not-binding because "satisfied that paragraph 4 means the same"
take up skills-certified
decline thirty-days because "sixty days is what small administrations can promise"

# The co-facilitators hand in the last text: the brackets go, what was let go of in error comes back, the paragraphs are renumbered. One word changes
# in a paragraph that was closed; it is shown, so the paragraph is reopened and, the groups being content, closed again.
revision because "brackets closed on sixty days; \"in good time\" restored beside the new words; style; renumbered"
| # Compact for Fair and Predictable Seasonal Mobility (fiction)
|
| We, the representatives of States gathered in Port Meridian, have agreed on the present Compact.
|
| ## Preamble
|
| 1. For as long as there have been harvests to gather and fish to land, people have crossed borders with the seasons. Their work sustains rural and coastal economies, and their earnings sustain families at home. More frequent storms and droughts are making the seasons less certain.
|
| 2. The present Compact rests on the Charter of the United Nations and on international human rights law, including the rights of families. It draws on international labour standards.
|
| 3. We recognize that seasonal workers contribute to sustainable development in countries of origin and destination, and that their contribution is often overlooked.
|
| 4. The present Compact is a voluntary framework. It creates no legal obligations and leaves each State free to go further.
|
| ## Guiding principles
|
| 5. The following principles are interdependent and guide the present Compact:
|
| (a) Dignity. Seasonal workers are holders of rights and will be treated as such throughout the season.
|
| (b) Predictability. Rules on entry, stay and work should be clear and published in good time before each season.
|
| (c) Sovereignty. Each State has the sovereign right to determine its own policy on admission, in conformity with international law.
|
| (d) Partnership. Countries of origin and destination share responsibility for the outcomes of seasonal mobility and consult each other before every season.
|
| (e) Gender equality. The rights and needs of women, men, girls and boys are addressed at every stage of seasonal mobility.
|
| 6. We will implement the present Compact without discrimination of any kind.
|
| 7. In all actions concerning children we will treat the best interests of the child as a primary consideration.
|
| ## Recruitment, entry and stay
|
| 8. We commit to provide accurate and timely information on seasonal work, wages and contracts to workers, in languages that they understand, before they decide to leave home.
|
| 9. To that end we will:
|
| (a) publish each year the expected number of seasonal permits by sector, at the latest three months before the season opens;
|
| (b) offer pre-departure courses free of charge, including on the rights of workers.
|
| 10. Recruitment fees and related costs shall not be borne by seasonal workers. Such fees and costs shall be borne by the employer.
|
| 11. We will license and register recruiters and keep the register open to the public, online and in the main languages of countries of origin.
|
| 12. We will impose effective and proportionate sanctions on recruiters who deceive workers about the nature, place, duration or conditions of the work. We will also prevent, investigate and punish trafficking in persons for the purpose of seasonal work.
|
| 13. Seasonal permits should be issued promptly, no later than sixty days after application, and at a reasonable cost.
|
| 14. Permits for several seasons should be granted to workers who have respected the conditions of earlier stays.
|
| 15. Seasonal workers whose employer breaches the contract should be able to change employers without losing their permit.
|
| 16. Seasonal workers shall be free to contact the consular authorities of their country at any time.
|
| ## Decent work and living conditions
|
| 17. Each seasonal worker shall receive a written contract before departure, in a language that the worker understands.
|
| 18. We will ensure that seasonal workers receive equal pay for work of equal value, irrespective of nationality or migration status.
|
| 19. To protect seasonal workers we will:
|
| (a) strengthen labour inspection in agriculture, fisheries and tourism;
|
| (b) require employers to provide protective equipment at no cost to the worker;
|
| (c) establish accessible complaint procedures, free of charge and without fear of reprisal;
|
| (d) prohibit the retention of identity documents.
|
| 20. Working hours, rest periods and leave should be in line with national law and applicable international labour standards.
|
| 21. We recognize the role of trade unions in informing seasonal workers of their rights and in representing them.
|
| 22. Wages shall be paid in full, on time and at least once every month.
|
| 23. We will encourage the recognition of skills acquired during the season, including by means of certificates issued by the employer.
|
| 24. Accommodation provided to seasonal workers should be safe, clean and adequate, with drinking water and space for rest.
|
| 25. Deductions from wages for accommodation and meals shall not exceed their actual cost.
|
| 26. Seasonal workers shall have access to health care on the same terms as nationals.
|
| 27. Occupational accidents and diseases shall be compensated, including after the worker has returned home.
|
| 28. Accommodation and transport shall be safe for women, with separate and lockable quarters and sanitary facilities.
|
| ## Families and children
|
| 29. We recognize that long seasons weigh heavily on children who remain at home, and will support community services for them.
|
| 30. We will facilitate contact between seasonal workers and their families, including by means of affordable communication.
|
| 31. Seasonal workers whose stay exceeds six months should be able to receive visits from their families, in particular from their children.
|
| 32. Children who accompany seasonal workers shall be admitted to school without delay.
|
| 33. Children shall not under any circumstances be recruited for seasonal work.
|
| ## Return, social protection and remittances
|
| 34. We will facilitate the safe and dignified return of seasonal workers at the end of the season, and will support their reintegration at home.
|
| 35. We will work towards the portability of social security entitlements earned by seasonal workers and will conclude agreements to that end.
|
| 36. We will promote faster, safer and cheaper remittances, and will work together to lower their cost.
|
| ## Follow-up and review
|
| 37. We will review progress every three years.
|
| 38. We invite civil society, trade unions, employers and seasonal workers themselves to contribute to the review, and will publish what they contribute.
|
| 39. A report, with data disaggregated by sex and age, will be prepared for each review on the basis of information provided by States and by other stakeholders.
|
| 40. Personal data collected for the review shall be protected and used for no other purpose.
|
| 41. The present Compact will be open for endorsement by all States at Port Meridian.
reopen "22" because "the last text had changed a word of it"
close "22" because "every month, or once a month: the groups concerned see no difference"
position african-states supports "22"
position like-minded-states supports "26"
draft "Final"
adopt
