-- What a card's chip does not know yet, as answers and events say it.
CREATE OR REPLACE FUNCTION pinward_pending_chip_commands(p_tenant_id text, p_card_id uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $function$
  SELECT coalesce(jsonb_agg(
           jsonb_build_object(
             'commandId', p.command_id,
             'command', p.command,
             'pinVersion', p.pin_version,
             'createdAt', to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
           || CASE WHEN p.last_failure_at IS NULL THEN '{}'
                   ELSE jsonb_build_object('lastFailure', jsonb_build_object(
                          'at', to_char(p.last_failure_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                          'reason', p.last_failure_reason))
              END
           ORDER BY p.command), '[]')
    FROM chip_commands p
   WHERE p.tenant_id = p_tenant_id AND p.card_id = p_card_id AND p.status = 'pending'
$function$;
