-- The pictures of a season are drawn from a few kinds of facts; this keeps them at hand without touching the rest.

create index on lifecycle_events (type, id)
    where lifecycle = 'placement' and type in (
        'offer.made', 'offer.accepted', 'placement.ready', 'placement.activated', 'placement.ended',
        'placement.completed', 'placement.completed_evaluation_not_provided'
    );
