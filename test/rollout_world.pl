# rollout_world.pl: worlds of the kind of the reference scenario, each made from a
# number alone: how deep the groups are, how many collections live in them, who
# owns what, which topics there are, with names that need quotes.
#
# The SQL of the application and of the rollout is written from the world, and
# so are the figures that it has to end at, by plain arithmetic over the world's
# own numbers (docs/facts.md has the rules): nothing here asks the extension.
#
#	my $world = RolloutWorld->new($seed);
#	$world->trust, $world->application, $world->rollout	SQL
#	$world->{figures}{metric}{axis}, $world->{findings}{detector}	numbers
package RolloutWorld;

use strict;
use warnings;

my @words = (
	'ledger', "Gr\xc3\xb6\xc3\x9fe", "O'Brien", 'a "quoted" one', 'dots.in.it', 'two  spaces', "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
	'back\\slash', 'semi;colon', '-- no comment', '$$dollar$$', '100 %', '{brace}', 'NULL', "\xf0\x9f\xa6\x8a fox", '(paren', 'select',
	"l'\xc3\xa9t\xc3\xa9", '/* open', ':colon', '%s', 'UPPER', 'upper', 'a,b', '$1', '*.*');

# ---- dice ----

# A number from 0 to sides - 1.
sub roll
{
	my ($self, $sides) = @_;
	$self->{state} = ($self->{state} * 1103515245 + 12345) % 2147483648;
	return int($self->{state} / 65536) % $sides;
}

# Is it so, in so many of a hundred cases?
sub chance { my ($self, $percent) = @_; return $self->roll(100) < $percent }

# One of a list.
sub pick { my ($self, @of) = @_; return $of[ $self->roll(scalar @of) ] }

# A name that nothing else of its kind has.
sub name
{
	my ($self, $kind) = @_;
	my $name = $self->pick(@words);
	$name .= $self->pick(' ', '.', '-', '') . $self->pick(@words) if $self->chance(50);
	$name = " $name " if $self->chance(5);
	$name .= ' long' x 60 if $kind eq 'group' && $self->chance(5);
	$name .= ' ' . $self->{names}{$kind}{$name} if $self->{names}{$kind}{$name}++;
	$name = $self->name($kind) if $self->{used}{$kind}{$name}++;
	return $name;
}

# ---- SQL ----

sub literal { my ($text) = @_; return 'NULL' unless defined $text; $text =~ s/'/''/g; return "'$text'" }
sub identifier { my ($name) = @_; $name =~ s/"/""/g; return "\"$name\"" }
sub list { return 'ARRAY[' . join(', ', map { literal($_) } @_) . ']' }
sub json { my ($text) = @_; $text =~ s/(["\\])/\\$1/g; return "\"$text\"" }

# ---- the world ----

sub new
{
	my ($class, $seed) = @_;
	my $self = bless { seed => $seed, state => ($seed * 7919 + 17) % 2147483648 }, $class;

	$self->roll(2) for 1 .. 5;
	$self->{$_} = $self->name($_) for qw(rollout schema source projection);
	$self->{relation}{$_} = $self->name('relation') for qw(things labels label_rules label_projection);
	$self->{type}{$_} = $self->name('type') for qw(group collection);
	$self->{axis}{$_} = $self->name('axis') for qw(responsibility topic containment);
	$self->{rule}{$_} = $self->name('rule') for qw(responsibility topic containment);
	$self->{authorities} = [ map { $self->name('authority') } 1 .. 3 + $self->roll(4) ];
	$self->make_objects;
	$self->make_responsibility;
	$self->make_topics;
	$self->make_labels;
	$self->make_tiers;
	return $self;
}

# Groups in groups, some empty, and collections, each in a group; a group and a collection may share a name.
sub make_objects
{
	my ($self) = @_;
	my $groups = 2 + $self->roll(9);
	my @groups;
	for my $i (0 .. $groups - 1)
	{
		my $parent = $i == 0 || $self->chance(25) ? undef : $groups[ $self->chance(50) ? $i - 1 : $self->roll($i) ];
		push @groups, { type => $self->{type}{group}, ref => $self->name('group'), parent => $parent };
	}
	my @collections = ({ type => $self->{type}{collection}, ref => $groups[0]{ref}, parent => $self->pick(@groups) });
	$self->{used}{collection}{ $groups[0]{ref} } = 1;
	push @collections, { type => $self->{type}{collection}, ref => $self->name('collection'), parent => $self->pick(@groups) } for 1 .. 4 + $self->roll(40);
	@$self{qw(groups collections)} = (\@groups, \@collections);
	return;
}

# Values in a forest: each after its parent.
sub make_values
{
	my ($self, $axis, $count) = @_;
	my @values;
	for my $i (0 .. $count - 1)
	{
		push @values, { code => $self->name("value of $axis"), parent => $i == 0 || $self->chance(50) ? undef : $values[ $self->roll($i) ] };
	}
	return @values;
}

# An owner of a cell, or of a value; false where one is there.
sub add_owner
{
	my ($self, $owners, $object, $axis, $value, %more) = @_;
	my $key = join "\0", $object ? ($object->{type}, $object->{ref}) : '', $axis, $value->{code}, $more{waiver} ? 'waiver' : '';
	return 0 if $self->{owned}{$key}++;
	push @$owners, { object => $object, axis => $axis, value => $value, authority => $self->pick(@{ $self->{authorities} }), inherits => 1, %more };
	return 1;
}

# Who answers for what; whoever owns one value of every container lets containment be activated.
sub make_responsibility
{
	my ($self) = @_;
	my @values = $self->make_values('responsibility', 2 + $self->roll(6));
	my $way = $self->pick('roots', 'value', 'fallback');
	my @owners;

	$self->{values}{responsibility} = \@values;
	$self->{resp_types} = [ $self->{type}{collection}, $self->chance(30) ? $self->{type}{group} : () ];
	$self->{fallback} = $way eq 'fallback' ? $self->{authorities}[0] : undef;
	$self->{policy} = $self->pick(@values);
	if ($way eq 'roots') { $self->add_owner(\@owners, $_, 'responsibility', $self->{policy}) for grep { !$_->{parent} } @{ $self->{groups} } }
	if ($way eq 'value') { $self->add_owner(\@owners, undef, 'responsibility', $self->{policy}) }
	for my $value (@values)
	{
		$self->chance(40) && $self->add_owner(\@owners, $_, 'responsibility', $value, inherits => $self->chance(80)) for @{ $self->{groups} };
		$self->chance(8) && $self->add_owner(\@owners, $_, 'responsibility', $value, inherits => 0) for @{ $self->{collections} };
		$self->chance(5) && $self->add_owner(\@owners, $_, 'responsibility', $value, inherits => 0, waiver => 1) for @{ $self->{collections} };
		$self->add_owner(\@owners, undef, 'responsibility', $value) if $self->chance(15);
	}
	$self->{owners} = \@owners;
	return;
}

# Topics, one deprecated and one ratified at the end, what is assigned to them, and who owns that.
sub make_topics
{
	my ($self) = @_;
	my @values = $self->make_values('topic', 3 + $self->roll(7));
	my (@assignments, @owners);

	$self->{values}{topic} = \@values;
	$self->{deprecated} = $self->name('value of topic');
	$self->{ratified} = { code => $self->name('value of topic'), parent => $self->pick(@values) };
	$self->{threshold} = $self->pick(0, 30, 50, 70);
	$self->{staleness} = $self->pick(0, 30, 60);
	for my $object (@{ $self->{collections} })
	{
		next unless $self->chance(60);
		my $many = $self->chance(25);
		my %chosen = map { $_->{code} => $_ } $many ? ($self->pick(@values), $self->pick(@values)) : $self->pick(@values);
		for my $code (sort keys %chosen)
		{
			my $zone = $self->pick('candidate', 'candidate', 'quarantine', $many ? 'candidate' : 'approved');
			my $age = $self->chance(50) ? 0 : 1 + $self->roll(120);
			$age++ if $age == $self->{staleness};
			push @assignments, {
				object => $object, value => $chosen{$code}, zone => $zone, age => $age, confidence => $self->chance(15) ? undef : 5 + $self->roll(95),
				kind => $self->pick('human', 'tool', 'rule', $zone eq 'approved' ? 'human' : 'agent')
			};
			$self->add_owner(\@owners, $object, 'topic', $chosen{$code}, inherits => 0) if $self->chance(50);
		}
	}
	for my $value (@values)
	{
		$self->add_owner(\@owners, undef, 'topic', $value) if $self->chance(15);
		$self->add_owner(\@owners, $self->pick(@{ $self->{groups} }), 'topic', $value) if $self->chance(30);
	}
	@$self{qw(assignments topic_owners)} = (\@assignments, \@owners);
	return;
}

# The application's labels, which objects should bear which, and which rows do since when.
sub make_labels
{
	my ($self) = @_;
	my @labels = map { { label => $self->name('label'), facet => 'F' . (1 + $self->roll(4)), active => $_ <= 3 || $self->chance(88) } } 1 .. 10 + $self->roll(30);
	my @active = grep { $_->{active} } @labels;
	my (%map, @rules, @rows);

	for my $value (@{ $self->{values}{topic} })
	{
		$map{ $value->{code} }{ $_->{label} } = $_ for $value == $self->{values}{topic}[0] || $self->chance(70) ? map { $self->pick(@active) } 1 .. 1 + $self->roll(2) : ();
	}
	$self->{ratified_label} = $self->pick(@active);
	for my $object (@{ $self->{collections} })
	{
		my @of = grep { $_->{object} == $object } @{ $self->{assignments} };
		my @fitting = map { values %{ $map{ $_->{value}{code} } || {} } } @of;
		my %chosen;
		if ($self->chance(65))
		{
			$chosen{ $_->{label} } = 1 for map { $self->chance(4) ? { label => $self->name('label') } : @fitting && $self->chance(30) ? $self->pick(sort { $a->{label} cmp $b->{label} } @fitting) : $self->pick(@labels) } 1 .. 1 + $self->roll(2);
		}
		push @rules, { object => $object, label => $_, active => $self->chance(85) } for sort keys %chosen;
		next unless $self->chance(60);
		my $newest = $self->roll(150) - 5;
		$newest++ while grep { $newest == $_->{age} || $newest - $_->{age} == 30 } @of;
		push @rows, { object => $object, label => $self->pick(@labels)->{label}, ago => $newest + $_ } for 0 .. $self->roll(5);
	}
	@$self{qw(labels map label_rows rules)} = (\@labels, \%map, \@rows, \@rules);
	return;
}

# ---- the oracle ----

# Whether, and by which step, a cell has somebody: the step and the authority; and the same of the value alone.
sub owner_of
{
	my ($self, $owners, $object, $axis, $value) = @_;
	my (%of, %anchor);
	for (grep { $_->{axis} eq $axis && !$_->{waiver} } @$owners)
	{
		if ($_->{object}) { $of{ $_->{object} } = $_ if $_->{value} == $value }
		else { $anchor{ $_->{value} } = $_->{authority} }
	}
	my ($inherited, $by_value);
	for (my $above = $object->{parent}; $above && !$inherited; $above = $above->{parent})
	{
		$inherited = $of{$above}{authority} if $of{$above} && $of{$above}{inherits};
	}
	for (my $above = $value; $above && !$by_value; $above = $above->{parent}) { $by_value = $anchor{$above} }
	return ('direct') if $of{$object};
	return ('inherited', $by_value && $by_value ne $inherited) if $inherited;
	return ('value') if $by_value;
	return ('fallback') if $axis eq 'responsibility' && $self->{fallback};
	return ('gap');
}

# The figures of required cells, [object, value, quarantined], of an axis.
sub count_cells
{
	my ($self, $owners, $axis, @cells) = @_;
	my %count = map { $_ => 0 } qw(required covered gap waived fallback owner_conflicts open);
	for (@cells)
	{
		my ($object, $value, $quarantined) = @$_;
		my ($step, $conflict) = $self->owner_of($owners, $object, $axis, $value);
		my $waived = grep { $_->{waiver} && $_->{axis} eq $axis && $_->{object} == $object && $_->{value} == $value } @$owners;
		$count{required}++;
		if ($waived) { $count{waived}++ }
		elsif ($quarantined) { $count{gap}++ }
		elsif ($step eq 'gap' || $step eq 'fallback') { $count{$step}++; $count{open}++ if $step eq 'gap' }
		else { $count{covered}++; $count{owner_conflicts}++ if $conflict }
	}
	return %count;
}

# The cells of responsibility: every value of every object of its types.
sub responsibility_cells
{
	my ($self) = @_;
	my %of = map { $_ => 1 } @{ $self->{resp_types} };
	my @objects = grep { $of{ $_->{type} } } @{ $self->{groups} }, @{ $self->{collections} };
	return map { my $object = $_; map { [ $object, $_, 0 ] } @{ $self->{values}{responsibility} } } @objects;
}

# How an assignment and the labels of its object agree, and whether anybody owns it.
sub compare_labels
{
	my ($self, $assignment) = @_;
	my %active = map { $_->{label} => $_->{facet} } grep { $_->{active} } @{ $self->{labels} };
	my $v = $self->{map}{ $assignment->{value}{code} } || {};
	my @r = map { $_->{label} } grep { $_->{object} == $assignment->{object} && $_->{active} } @{ $self->{rules} };
	my %facets = map { $_->{facet} => 1 } values %$v;
	return 'no_value_label' unless %$v;
	return 'no_label_rule' unless @r;
	return 'consistent' if grep { $v->{$_} } @r;
	return 'divergent' if grep { !defined $active{$_} } @r;
	return 'orthogonal_facet' unless grep { $facets{ $active{$_} } } @r;
	return 'divergent';
}

# The figures of topics, once all is assigned, owned and reconciled.
sub count_topics
{
	my ($self) = @_;
	my $owners = $self->{topic_owners};
	my %count = $self->count_cells($owners, 'topic', map { [ $_->{object}, $_->{value}, $_->{zone} eq 'quarantine' ] } @{ $self->{assignments} });
	my (%assigned, %roots);
	my $found = $self->{findings};

	$count{$_} = 0 for qw(ok low_confidence stale quarantine decisions divergent assignments_approved);
	for my $assignment (@{ $self->{assignments} })
	{
		my ($step) = $self->owner_of($owners, $assignment->{object}, 'topic', $assignment->{value});
		my $state = $self->compare_labels($assignment);
		my $low = $self->{threshold} > 0 && (!defined $assignment->{confidence} || $assignment->{confidence} < $self->{threshold});
		my $quality = $assignment->{zone} eq 'quarantine' ? 'quarantine' : $low ? 'low_confidence' :
			$self->{staleness} > 0 && $assignment->{age} > $self->{staleness} ? 'stale' : 'ok';
		my $decided = $state eq 'orthogonal_facet' || ($state eq 'no_label_rule' && ($assignment->{zone} eq 'quarantine' || $step ne 'gap'));
		my $root = $assignment->{value};
		$root = $root->{parent} while $root->{parent};

		$count{$quality}++;
		$count{assignments_approved}++ if $assignment->{zone} eq 'approved';
		$count{decisions}++ if $decided;
		$count{divergent}++ if $state eq 'divergent';
		$assigned{ $assignment->{object} } = 1;
		$roots{ $assignment->{object} }{$root} = 1;
		$found->{low_confidence_assignment}++ if $quality eq 'low_confidence';
		$found->{stale_candidate}++ if $quality eq 'stale';
		$found->{projection_lag}++ if $state eq 'divergent' || ($state eq 'no_label_rule' && !$decided);
		$found->{visible_unapproved}++ if $assignment->{zone} ne 'approved' && $step eq 'gap';
		$found->{projection_lag_timing}++ if $self->lags($assignment);
	}
	$found->{conflicting_parentage} = grep { keys %$_ > 1 } values %roots;
	$found->{axis_assignment_missing} = $count{missing_assignments} = @{ $self->{collections} } - keys %assigned;
	return %count;
}

# Is the projection of an object behind one of its assignments, or was it never projected?
sub lags
{
	my ($self, $assignment) = @_;
	my ($newest) = sort { $a <=> $b } map { $_->{ago} } grep { $_->{object} == $assignment->{object} } @{ $self->{label_rows} };
	return 0 unless grep { $_->{object} == $assignment->{object} && $_->{active} } @{ $self->{rules} };
	return !defined $newest || $newest > $assignment->{age};
}

# ---- the rollout ----

# What a tier has to end at, as "expect": pairs of metric and number for an axis, none for all.
sub expect
{
	my ($self, $how, $axis, %numbers) = @_;
	return map { '{"metric": "' . $_ . '"' . ($axis ? ', "axis": ' . json($self->{axis}{$axis}) : '') . ", \"$how\": $numbers{$_}}" } sort keys %numbers;
}

# Adds a tier; numbers leave gaps.  "%t" in the text that takes it back is the tier.
sub add_tier
{
	my ($self, $name, $kind, $apply, $verify, $revert, @expect) = @_;
	my $number = $self->{last_tier} = defined $self->{last_tier} ? $self->{last_tier} + 1 + $self->roll(9) : $self->roll(2);
	my $removed = sprintf 'SELECT gov_remove_tagged(%s, %d)', literal($self->{rollout}), $number;
	push @{ $self->{tiers} }, { number => $number, kind => $kind };
	$self->{sql} .= sprintf "SELECT gov_add_tier(%s, %d, %s, '%s', %s, %s, %s, %s);\n", literal($self->{rollout}), $number, literal("$name " . $self->name('tier')), $kind,
		literal($apply), literal($verify), literal($kind eq 'verify' ? undef : join '; ', $removed, @$revert), literal('[' . join(', ', @expect) . ']');
	return;
}

# An owner as an act.
sub own_sql
{
	my ($self, $owner) = @_;
	return sprintf 'SELECT gov_own(%s, %s, %s, %s, %s, %s, %s%s)', literal($owner->{object} && $owner->{object}{type}), literal($owner->{object} && $owner->{object}{ref}),
		literal($self->{axis}{ $owner->{axis} }), literal($owner->{value}{code}), literal($owner->{authority}),
		literal($owner->{waiver} ? 'waiver' : 'accountable'), $owner->{inherits} ? 'true' : 'false',
		$owner->{waiver} ? q{, effective_to => now() + interval '90 days', reason => 'excused'} : '';
}

# Values as acts, each proposed and made active, parents first.
sub values_sql
{
	my ($self, $axis) = @_;
	return map {
		my ($code, $parent) = (literal($_->{code}), literal($_->{parent} && $_->{parent}{code}));
		my $of = literal($self->{axis}{$axis});
		("SELECT gov_propose_value($of, $code, $parent)", "SELECT gov_ratify($of, $code)");
	} @{ $self->{values}{$axis} };
}

sub relation { my ($self, $what) = @_; return literal(identifier($self->{schema}) . '.' . identifier($self->{relation}{$what})) }

# The tiers, with what each has to end at, and the figures at the end.
sub make_tiers
{
	my ($self) = @_;
	my ($groups, $collections) = ($self->{groups}, $self->{collections});
	my %axis = map { $_ => literal($self->{axis}{$_}) } keys %{ $self->{axis} };
	my %boxes = map { $_->{parent} => 1 } grep { $_->{parent} } @$groups, @$collections;
	my %used = map { $_->{parent} => 1 } @$collections;

	$self->{findings} = {};
	$self->{sql} = sprintf "SELECT gov_create_rollout(%s, %s);\n", literal($self->{rollout}), literal("world $self->{seed}");
	$self->add_tier('preflight', 'verify', undef, 'SELECT count(*) = ' . (@$groups + @$collections) . ' FROM ' . identifier($self->{schema}) . '.' . identifier($self->{relation}{things}),
		undef, $self->expect('equals', undef, axes => 0, objects => 0, ownerships => 0));
	$self->add_tier('structure', 'structure', join('; ',
			"SELECT * FROM gov_enroll_relation(" . literal($self->{source}) . ', ' . $self->relation('things') . ')',
			"SELECT gov_create_axis($axis{responsibility}, 'who answers', 'deterministic', 'system', fallback => " . literal($self->{fallback}) . ')',
			"SELECT gov_create_axis($axis{topic}, 'what it is about', 'uncertain', 'semantic')", "SELECT gov_create_axis($axis{containment}, NULL, 'deterministic', 'structural')",
			map { "SELECT gov_set_axis_status($axis{$_}, 'active')" } sort keys %axis),
		undef, [ 'SELECT gov_unenroll(' . literal($self->{source}) . ", true, 'taken back')" ],
		$self->expect('equals', undef, objects => @$groups + @$collections, containers => scalar keys %boxes, axes => 3));
	$self->make_owner_tiers;
	my %contained = (required => scalar @$collections, covered => scalar @$collections, gap => 0, fallback => 0, waived => 0, missing_assignments => 0,
		assignments => scalar @$collections, ownerships => scalar @$collections, values_active => scalar keys %used, ok => scalar @$collections);
	$self->add_tier('containment', 'seed', sprintf('SELECT * FROM gov_activate_containment(%s, %s, %s, %s, rule => %s, confidence_threshold => 0.5)',
			$axis{containment}, list($self->{type}{collection}), $axis{responsibility}, literal($self->{policy}{code}), literal($self->{rule}{containment})),
		undef, [], $self->expect('equals', 'containment', %contained));
	$self->make_topic_tier;
	$self->make_last_tiers;
	$self->{figures}{containment} = \%contained;
	return;
}

# The values of responsibility, and its owners in one to three tiers, each with what it brings.
sub make_owner_tiers
{
	my ($self) = @_;
	my $axis = literal($self->{axis}{responsibility});
	my @cells = $self->responsibility_cells;
	my %before = $self->count_cells([], 'responsibility', @cells);
	my @left = @{ $self->{owners} };
	my @owners;

	delete @before{qw(open owner_conflicts)};
	$self->add_tier('values', 'seed', join('; ', $self->values_sql('responsibility'),
			sprintf('SELECT gov_create_rule(%s, %s, \'cross_product\', %s)', literal($self->{rule}{responsibility}), $axis, list(@{ $self->{resp_types} })),
			sprintf("SELECT gov_set_rule_status(%s, 'active')", literal($self->{rule}{responsibility}))),
		undef, [], $self->expect('equals', 'responsibility', %before, values_active => scalar @{ $self->{values}{responsibility} }));
	while (@left)
	{
		my @now = splice @left, 0, $self->chance(50) ? scalar @left : 1 + $self->roll(scalar @left);
		push @owners, @now;
		my %after = $self->count_cells(\@owners, 'responsibility', @cells);
		my %moved = map { $_ => $after{$_} - $before{$_} } qw(gap covered waived fallback);
		$self->add_tier('owners', 'seed', join('; ', map { $self->own_sql($_) } @now), undef, [],
			$self->expect('delta', 'responsibility', %moved, ownerships => scalar @now, value_anchors => scalar grep { !$_->{object} } @now),
			$self->expect('equals', 'responsibility', owner_conflicts => $after{owner_conflicts}));
		%before = %after;
	}
	$self->{figures}{responsibility} = \%before;
	return;
}

# The topics: values, what is assigned, who owns it, labels; reconciled.
sub make_topic_tier
{
	my ($self) = @_;
	my $axis = literal($self->{axis}{topic});
	my %count = $self->count_topics;
	my $mapped = 0;
	my @maps = map { my $code = $_; map { $mapped++; sprintf 'SELECT gov_map_label(%s, %s, %s)', $axis, literal($code), literal($_) } sort keys %{ $self->{map}{$code} } } sort keys %{ $self->{map} };
	my @assigned = map {
		sprintf "SELECT gov_assign(%s, %s, %s, %s, '%s', %s, provenance => %s, assigned_kind => '%s'%s)", literal($_->{object}{type}), literal($_->{object}{ref}), $axis,
			literal($_->{value}{code}), $_->{zone}, defined $_->{confidence} ? $_->{confidence} / 100 : 'NULL', $_->{zone} eq 'quarantine' ? 'NULL' : q('{"kind": "curated"}'),
			$_->{kind}, $_->{age} ? ", assigned_at => now() - $_->{age} * interval '24 hours'" : ''
	} @{ $self->{assignments} };

	$count{values_active} = @{ $self->{values}{topic} } + 1;
	$count{values_deprecated} = 1;
	$count{mappings} = $mapped + 1;
	$count{assignments} = @assigned;
	$count{ownerships} = @{ $self->{topic_owners} };
	$count{projection_gaps} = 0;
	$count{values_without_label} = grep { !$self->{map}{ $_->{code} } } @{ $self->{values}{topic} };
	$self->{figures}{topic} = \%count;
	$self->add_tier('topics', 'seed', join('; ', $self->values_sql('topic'),
			sprintf('SELECT gov_propose_value(%s, %s)', $axis, literal($self->{deprecated})), sprintf('SELECT gov_ratify(%s, %s)', $axis, literal($self->{deprecated})),
			sprintf('SELECT gov_deprecate(%s, %s, %s, \'finer ones\')', $axis, literal($self->{deprecated}), literal($self->{values}{topic}[0]{code})),
			sprintf('SELECT gov_propose_value(%s, %s, NULL, \'{"kind": "kg_provisional"}\')', $axis, literal($self->{ratified}{code})),
			sprintf("SELECT gov_create_rule(%s, %s, 'per_assignment', %s, %s, %d)", literal($self->{rule}{topic}), $axis, list($self->{type}{collection}), $self->{threshold} / 100, $self->{staleness}),
			sprintf("SELECT gov_set_rule_status(%s, 'active')", literal($self->{rule}{topic})),
			@assigned, (map { $self->own_sql($_) } @{ $self->{topic_owners} }),
			(map { "SELECT gov_bind('$$_[0]', " . $self->relation($$_[1]) . ')' } [ 'vocabulary', 'labels' ], [ 'label_rule', 'label_rules' ], [ 'label_projection', 'label_projection' ]),
			@maps, 'SELECT * FROM gov_reconcile()',
			sprintf('SELECT gov_ratify(%s, %s, parent => %s, ratified_by => %s, label => %s)', $axis, literal($self->{ratified}{code}), literal($self->{ratified}{parent}{code}),
				literal($self->{authorities}[0]), literal($self->{ratified_label}{label}))),
		sprintf("SELECT provenance ->> 'kind' = 'kg_ratified' FROM gov_axis_value WHERE axis = %s AND value = %s", $axis, literal($self->{ratified}{code})),
		[ map { "SELECT gov_unbind('$_')" } qw(vocabulary label_rule label_projection) ],
		$self->expect('equals', 'topic', map { $_ => $count{$_} } grep { $_ ne 'open' } keys %count));
	return;
}

# The first scan, and the proof.
sub make_last_tiers
{
	my ($self) = @_;
	my $found = $self->{findings};
	my %active = map { $_->{label} => 1 } grep { $_->{active} } @{ $self->{labels} };
	my %orphan = map { $_->{label} => 1 } grep { !$active{ $_->{label} } } (grep { $_->{active} } @{ $self->{rules} }), @{ $self->{label_rows} };
	my $all = 0;

	$found->{label_orphan} = keys %orphan;
	$found->{value_without_label} = $self->{figures}{topic}{values_without_label};
	$found->{ownership_gap} = $self->{figures}{responsibility}{open} + $self->{figures}{topic}{open};
	$found->{ownership_conflict} = $self->{figures}{responsibility}{owner_conflicts} + $self->{figures}{topic}{owner_conflicts};
	$found->{$_} or delete $found->{$_} for keys %$found;
	$all += $_ for values %$found;
	delete $self->{figures}{$_}{open} for qw(responsibility topic);
	$self->{open} = $all;
	$self->add_tier('scan', 'seed', sprintf('SELECT gov_set_projection(%s, %s); SELECT gov_scan()', literal($self->{projection}), literal($self->{axis}{topic})), undef,
		[ sprintf 'SELECT gov_set_projection(%s, enabled => false)', literal($self->{projection}) ],
		$self->expect('equals', undef, critical_findings => 0, emittable_events => 0, open_findings => $all, shaped_events => $all, label_orphans => scalar keys %orphan));
	$self->add_tier('proof', 'verify', undef, 'SELECT count(*) = 0 FROM gov_ledger_verify()', undef,
		(map { $self->expect('equals', $_, %{ $self->{figures}{$_} }) } qw(responsibility topic)), $self->expect('equals', undef, hidden_islands => 0));
	$self->{sql} .= sprintf "SELECT gov_seal(%s);\n", literal($self->{rollout});
	return;
}

# ---- as SQL ----

# The authorities that own.
sub trust { my ($self) = @_; return join "\n", map { 'SELECT gov_set_authority(' . literal($_) . ", kind => 'system');" } @{ $self->{authorities} } }

# The application's tables and rows.
sub application
{
	my ($self) = @_;
	my $schema = identifier($self->{schema});
	my %of = map { $_ => "$schema." . identifier($self->{relation}{$_}) } qw(things labels label_rules label_projection);
	my $rows = sub { my ($table, @rows) = @_; return @rows ? "INSERT INTO $of{$table} VALUES\n" . join(",\n", map { "($_)" } @rows) . ";\n" : '' };

	return "CREATE SCHEMA $schema;\n"
		. "CREATE TABLE $of{things} (object_type text, object_ref text, container_type text, container_ref text, PRIMARY KEY (object_type, object_ref));\n"
		. "CREATE TABLE $of{labels} (label text PRIMARY KEY, facet text, name text, status text);\n"
		. "CREATE TABLE $of{label_rules} (rule_id bigint GENERATED ALWAYS AS IDENTITY, object_type text, object_ref text, label text, status text);\n"
		. "CREATE TABLE $of{label_projection} (object_type text, object_ref text, label text, projected_at timestamptz);\n"
		. $rows->('things', map { join ', ', map { literal($_) } $_->{type}, $_->{ref}, $_->{parent} && $_->{parent}{type}, $_->{parent} && $_->{parent}{ref} } @{ $self->{groups} }, @{ $self->{collections} })
		. $rows->('labels', map { join ', ', map { literal($_) } $_->{label}, $_->{facet}, undef, $_->{active} ? 'active' : 'inactive' } @{ $self->{labels} })
		. $rows->('label_rules', map { join ', ', 'DEFAULT', map { literal($_) } $_->{object}{type}, $_->{object}{ref}, $_->{label}, $_->{active} ? 'active' : 'inactive' } @{ $self->{rules} })
		. $rows->('label_projection', map { join(', ', map { literal($_) } $_->{object}{type}, $_->{object}{ref}, $_->{label}) . ", now() - $_->{ago} * interval '24 hours'" } @{ $self->{label_rows} });
}

# The rollout.
sub rollout { my ($self) = @_; return $self->{sql} }

1;
