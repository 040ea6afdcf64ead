-- A world whose names try to get out of their place; for the report.
-- Needs a database in UTF8.
CREATE EXTENSION governance;
SELECT gov_set_authority('<script>alert(1)</script>', 'O''Brien & "Söhne" <b>', 'council'),
       gov_set_authority('<b>"contact"</b>', '<svg onload=alert(8)>', 'human', contact => jsonb_build_object(
                         'chat', U&'\202E#snoitseuq' || chr(8203) || '"><script src=https' || '://report.invalid/x.js>alert(9)</script>')),
       gov_set_authority('הבעלים של ' || U&'\202E' || 'הנתונים', 'right to left', 'human'), gov_set_authority(repeat('W', 63), kind => 'system');
SELECT gov_create_axis('"><img src=x onerror=alert(1)>', 'an axis'), gov_create_axis('محور المواضيع'), gov_create_axis(E'two\nlines\tand tabs');
SELECT gov_set_axis_status(axis, 'active') FROM gov_axis;
SELECT gov_propose_value('"><img src=x onerror=alert(1)>', v), gov_ratify('"><img src=x onerror=alert(1)>', v)
  FROM unnest(ARRAY['</td></table><script>alert(2)</script>', repeat('0123456789', 6) || 'abc', 'قيمة', 'javascript:alert(3)',
                    '&amp;', '-->', ']]>', '🐘 élan 日本語']) v;
SELECT gov_propose_value('محور المواضيع', 'موضوع'), gov_propose_value('محور المواضيع', 'תת נושא', 'موضوع'),
       gov_propose_value('محور المواضيع', '<i>', 'תת נושא');
SELECT gov_ratify('محور المواضيع', 'موضوع');
SELECT gov_create_rule('r1', '"><img src=x onerror=alert(1)>', 'cross_product'), gov_set_rule_status('r1', 'active');
SELECT gov_register_object('<schema>', '"quoted" & ''single'' </script><script>alert(4)</script>'),
       gov_register_object('<schema>', repeat('long_name_', 6) || 'abc'), gov_register_object('سكيما', 'مخطط البيانات');
SELECT gov_register_object('table', o.object_ref || '.' || t, o.object_type, o.object_ref)
  FROM gov_object o, unnest(ARRAY['<b>bold</b>', 'a" onmouseover="alert(5)', repeat('x', 63), 'طاولة', E'tab\there', 'https' || '://report.invalid/x.js',
                                  U&'\202E' || 'gnp.exe', chr(127) || chr(133) || 'c1', chr(65534) || 'non']) t;
SELECT gov_own('سكيما', 'مخطط البيانات', '"><img src=x onerror=alert(1)>', 'قيمة', authority) FROM gov_authority WHERE name = 'right to left';
SELECT gov_own('<schema>', repeat('long_name_', 6) || 'abc', '"><img src=x onerror=alert(1)>', '&amp;', '<script>alert(1)</script>');
SELECT gov_own('table', repeat('long_name_', 6) || 'abc.طاولة', '"><img src=x onerror=alert(1)>', '-->', '<b>"contact"</b>');
SELECT gov_own('table', 'مخطط البيانات.<b>bold</b>', '"><img src=x onerror=alert(1)>', '-->', repeat('W', 63), 'waiver',
               effective_to => now() + interval '9 days', reason => '<');
SELECT gov_request_approval('<script>alert(6)</script>', 'retire_value',
                            '{"axis": "\"><img src=x onerror=alert(1)>", "value": "&amp;"}', '</p><script>alert(7)</script>');
SELECT gov_assign('table', object_ref, 'محور المواضيع', 'موضوع') FROM gov_object WHERE object_type = 'table' LIMIT 4;
SELECT gov_scan('<script>');
