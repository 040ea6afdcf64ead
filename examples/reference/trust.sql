-- Who decides: authorities, and the roles that speak for them, which arms the
-- gates.  Comes before a rollout, which could not change it.  The roles exist.
SELECT gov_set_authority('GOV-COUNCIL', 'Governance council', 'council');
SELECT gov_set_authority('GOV-KG-SYS', 'Knowledge graph', 'system');
SELECT gov_set_authority('GOV-DOT', 'Tools and agents', 'system');
SELECT gov_set_authority('GOV-MOIT', 'Business owner', 'human');
SELECT gov_set_authority('COUNCIL-A', 'First council', 'council', 'demo_council_a');
SELECT gov_set_authority('COUNCIL-B', 'Second council', 'council', 'demo_council_b');
SELECT gov_set_authority('SCAN-BOT', 'Scanner', 'agent');
SELECT gov_set_authority('PRESIDENT', 'President', 'sovereign', 'demo_president');
SELECT gov_grant('admin', 'demo_steward');
SELECT gov_grant('approver', role) FROM unnest('{demo_president,demo_council_a,demo_council_b}'::text[]) AS role;
