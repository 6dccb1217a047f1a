export interface paths {
    "/v1/admin/cards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List cards
         * @description Takes the scope `ops:read`.
         */
        get: operations["AdminCards_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/cards/{cardId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a card
         * @description Takes the scope `ops:read`.
         */
        get: operations["AdminCards_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/cards/{cardId}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlock a card
         * @description Takes the scope `ops:unlock`.
         */
        post: operations["AdminCards_unlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what takes two persons
         * @description Takes one of the scopes `ops:unlock`, `ops:clients`, `webhooks:manage`, `ops:policy`, `ops:brakes`, `ops:incidents`.
         */
        get: operations["Approvals_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/approvals/{approvalId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what another person asks for
         * @description Takes one of the scopes `ops:unlock`, `ops:clients`, `webhooks:manage`, `ops:policy`, `ops:brakes`, `ops:incidents`.
         */
        get: operations["Approvals_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/approvals/{approvalId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve it
         * @description Takes one of the scopes `ops:unlock`, `ops:clients`, `webhooks:manage`, `ops:policy`, `ops:brakes`, `ops:incidents`.
         */
        post: operations["Approvals_approve"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/approvals/{approvalId}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject or withdraw it
         * @description Takes one of the scopes `ops:unlock`, `ops:clients`, `webhooks:manage`, `ops:policy`, `ops:brakes`, `ops:incidents`.
         */
        post: operations["Approvals_reject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/approvals/{approvalId}/collect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Collect the secret that came of it, once
         * @description Takes one of the scopes `ops:unlock`, `ops:clients`, `webhooks:manage`, `ops:policy`, `ops:brakes`, `ops:incidents`.
         */
        post: operations["Approvals_collect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List clients
         * @description Takes the scope `ops:clients`.
         */
        get: operations["AdminClients_list"];
        put?: never;
        /**
         * Register a client
         * @description Takes the scope `ops:clients`.
         */
        post: operations["AdminClients_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/clients/{clientId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a client
         * @description Takes the scope `ops:clients`.
         */
        get: operations["AdminClients_read"];
        put?: never;
        post?: never;
        /**
         * Revoke a client
         * @description Takes the scope `ops:clients`.
         */
        delete: operations["AdminClients_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/clients/{clientId}/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change what is agreed with a client
         * @description Takes the scope `ops:clients`.
         */
        post: operations["AdminClients_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/clients/{clientId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change a client's secret
         * @description Takes the scope `ops:clients`.
         */
        post: operations["AdminClients_rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/persons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List persons
         * @description Takes the scope `ops:clients`.
         */
        get: operations["Persons_list"];
        put?: never;
        /**
         * Register a person
         * @description Takes the scope `ops:clients`.
         */
        post: operations["Persons_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/persons/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a person
         * @description Takes the scope `ops:clients`.
         */
        post: operations["Persons_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients/self/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the own secret
         * @description The secret before it works until its `expiresAt`.
         *
         *     The client shows its secret by HTTP Basic, or as `client_id` and `client_secret` of the form.
         */
        post: operations["OwnSecret_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/clients/{clientId}/rotate-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register a client's keys or certificates, the first or others
         * @description Takes the scope `ops:clients`.
         */
        post: operations["ClientKeys_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/clients/{clientId}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a client's secrets, keys or certificates
         * @description Takes the scope `ops:clients`.
         */
        post: operations["ClientKeys_withdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/client-demands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what is demanded of clients
         * @description Takes one of the scopes `ops:clients`, `ops:policy`.
         */
        get: operations["ClientDemands_read"];
        put?: never;
        /**
         * Demand something of clients
         * @description Takes the scope `ops:policy`.
         */
        post: operations["ClientDemands_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients/self/rotate-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the own keys or certificates
         * @description The keys before them work until their `expiresAt`.
         *
         *     The client shows an assertion of its key in the form, or its certificate in the connection.
         */
        post: operations["OwnKeys_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the policy and its history
         * @description Takes one of the scopes `ops:read`, `ops:policy`.
         */
        get: operations["Policy_read"];
        put?: never;
        /**
         * Change the policy
         * @description Takes the scope `ops:policy`.
         */
        post: operations["Policy_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys of the HSM
         * @description Takes one of the scopes `ops:read`, `ops:policy`.
         */
        get: operations["Keys_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/brakes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what is stopped
         * @description Takes one of the scopes `ops:read`, `ops:brakes`.
         */
        get: operations["Brakes_list"];
        put?: never;
        /**
         * Stop a client, a card, an operation or everything
         * @description Takes the scope `ops:brakes`.
         */
        post: operations["Brakes_pull"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/brakes/{brakeId}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let it go again
         * @description Takes the scope `ops:brakes`.
         */
        post: operations["Brakes_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/soundness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether everything is sound
         * @description Takes the scope `ops:read`.
         */
        get: operations["Overview_sound"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened, by the hour
         * @description Takes the scope `ops:read`.
         */
        get: operations["Overview_activity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search audit events
         * @description Oldest first. A page looks at 20,000 lines at most, so it may be short or empty before the end: go on while there is a `nextCursor`.
         *
         *     Takes the scope `audit:read`.
         */
        get: operations["AdminAudit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export audit events
         * @description All lines that fit, streamed. The last line of a complete file says `end` and how many there were; a file without it broke off.
         *
         *     Takes the scope `audit:read`.
         */
        get: operations["AdminAudit_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Newest signed tree head
         * @description Takes the scope `audit:read`.
         */
        get: operations["AdminAudit_checkpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit/inclusion-proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Proof that an event is in the trail
         * @description Takes the scope `audit:read`.
         */
        get: operations["AdminAudit_inclusion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit/consistency-proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Proof that the trail only grew
         * @description Takes the scope `audit:read`.
         */
        get: operations["AdminAudit_consistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue an access token (RFC 6749)
         * @description The client shows its secret by HTTP Basic, or as `client_id` and `client_secret` of the form.
         */
        post: operations["Tokens_issue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Public keys of access tokens
         * @description Asks for no token.
         */
        get: operations["Jwks_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-authorization-server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the built-in issuer can do (RFC 8414)
         * @description Asks for no token.
         */
        get: operations["Metadata_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook endpoints
         * @description Takes the scope `webhooks:manage`.
         */
        get: operations["WebhookEndpoints_list"];
        put?: never;
        /**
         * Register a webhook endpoint
         * @description Takes the scope `webhooks:manage`.
         */
        post: operations["WebhookEndpoints_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook endpoint
         * @description Takes the scope `webhooks:manage`.
         */
        get: operations["WebhookEndpoints_read"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook endpoint
         * @description Takes the scope `webhooks:manage`.
         */
        delete: operations["WebhookEndpoints_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change a webhook endpoint's secret
         * @description Takes the scope `webhooks:manage`.
         */
        post: operations["WebhookEndpoints_rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a paused webhook endpoint
         * @description Takes the scope `webhooks:manage`.
         */
        post: operations["WebhookEndpoints_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description Takes the scope `webhooks:manage`.
         */
        post: operations["WebhookEndpoints_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries
         * @description Takes the scope `webhooks:manage`.
         */
        get: operations["WebhookEndpoints_listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver once more
         * @description Takes the scope `webhooks:manage`.
         */
        post: operations["WebhookEndpoints_redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List incidents
         * @description Takes one of the scopes `ops:read`, `ops:incidents`.
         */
        get: operations["Incidents_list"];
        put?: never;
        /**
         * Open an incident, and preview its cards
         * @description Takes the scope `ops:incidents`.
         */
        post: operations["Incidents_open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/incidents/{incidentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an incident, its preview and its progress
         * @description Takes one of the scopes `ops:read`, `ops:incidents`.
         */
        get: operations["Incidents_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/incidents/{incidentId}/cards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the cards of an incident
         * @description Takes one of the scopes `ops:read`, `ops:incidents`.
         */
        get: operations["Incidents_cards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/incidents/{incidentId}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore the cards of the preview
         * @description Takes the scope `ops:incidents`.
         */
        post: operations["Incidents_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/incidents/{incidentId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an incident: no further card is restored
         * @description Takes the scope `ops:incidents`.
         */
        post: operations["Incidents_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/incidents/{incidentId}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Signed report of an incident that has ended
         * @description Takes one of the scopes `ops:read`, `ops:incidents`, `audit:read`.
         */
        get: operations["Incidents_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List alarms of guessing
         * @description Takes one of the scopes `ops:read`, `ops:brakes`.
         */
        get: operations["Alarms_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description Asks for no token.
         */
        get: operations["ApiDocument_document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "pin.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A card has its first PIN
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_pin_set"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pin.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A PIN is new
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_pin_changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pin.reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A forgotten PIN was replaced
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_pin_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pin.locked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * No tries are left
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_pin_locked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pin.unlocked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An operator gave the tries back
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_pin_unlocked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pin.try_failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A wrong PIN
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_pin_try_failed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "pin.last_try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * One try is left: tell the cardholder before the PIN locks
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_pin_last_try"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "card.revealed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Card data were shown
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_card_revealed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "card.closed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A card is closed
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_card_closed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "chip.update_pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The chip of a card is to be told something, by an issuer script
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_chip_update_pending"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "chip.updated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An issuer script has told it
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_chip_updated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "chip.update_failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An issuer script has failed; what it was to tell stays pending
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_chip_update_failed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "client.secret_expiring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A secret is to be changed soon
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_client_secret_expiring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "client.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A client is there
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_client_created"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "client.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Something else is agreed with a client
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_client_changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "client.secret_rotated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A client has a new secret
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_client_secret_rotated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "client.keys_rotated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A client has other keys or certificates
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_client_keys_rotated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "client.keys_expiring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keys or certificates are to be changed soon
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_client_keys_expiring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "client.method_withdrawn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A client proves itself no longer in this way
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_client_method_withdrawn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "client_demands.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The tenant demands something else of its clients
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_client_demands_changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "client.revoked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A client was ended
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_client_revoked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "person.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A person was registered
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_person_created"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "person.revoked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A person was ended
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_person_revoked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Events go to another address as well
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_webhook_endpoint_created"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.secret_rotated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An endpoint has a new secret
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_webhook_endpoint_secret_rotated"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Events go there no longer
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_webhook_endpoint_deleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook_endpoint.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asked for, by a call
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_webhook_endpoint_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "brake.pulled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Operators have stopped something
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_brake_pulled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "brake.released": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * It goes on
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_brake_released"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "security.alarm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Far more wrong PINs, locks or refusals than usual; or an alarm has ended
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_security_alarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "approval.requested": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Something waits for a second person
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_approval_requested"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "approval.decided": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A person has decided
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_approval_decided"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "otp.issued": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A one-time password with its code, for the message gateway; only to endpoints that name it
         * @description Sent to each endpoint of the tenant that takes it. Check the signature over the bytes as they arrived.
         */
        post: operations["receive_otp_issued"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        Activity: {
            /** @description The first hour that is counted as a whole */
            countedFrom: string | null;
            /** @description What happened before is counted */
            countedTo: string | null;
            /** @description One an hour, oldest first; the last is the hour of now, so far */
            items: {
                /**
                 * Format: date-time
                 * @description Its beginning
                 */
                hour: string;
                /** @description Null: not counted, which is not the same as nothing */
                counts: components["schemas"]["ActivityCounts"] | null;
            }[];
        };
        ActivityCounts: {
            /** @description PINs that were compared, right or wrong */
            validations: number;
            /** @description Of validate and change */
            wrongPins: number;
            /** @description Cards that a failure has locked */
            locks: number;
            /** @description By operators, and by the restoration of an incident */
            unlocks: number;
            otpIssued: number;
            /** @description Wrong or unknown one-time passwords */
            otpRefusals: number;
            /** @description Without an effect: rights, limits, states, tokens */
            refusedCalls: number;
        };
        Alarm: {
            /** Format: uuid */
            alarmId: string;
            /** @enum {string} */
            kind: "wrong-pins" | "cards" | "locks" | "otp-refusals" | "unreadable-envelopes" | "replays";
            /** @description Missing where all clients of the tenant together are meant */
            clientId?: string;
            /** @description Length of the window that was over */
            windowSeconds: number;
            /** @description The most in such a window so far */
            count: number;
            /** @description What was usual when the alarm was raised */
            usual: number;
            /** @description What would have been no alarm */
            limit: number;
            /**
             * Format: date-time
             * @description Begin of the window
             */
            since: string;
            /**
             * Format: date-time
             * @description The five minutes in which a window was last over
             */
            lastOverAt: string;
            /** Format: date-time */
            raisedAt: string;
            /**
             * Format: date-time
             * @description Missing while it is open
             */
            endedAt?: string;
            /**
             * Format: uuid
             * @description The pause that it brought about, also after its release
             */
            brakeId?: string;
        };
        AlarmEventData: {
            /** @enum {string} */
            state: "raised" | "ended";
            /** Format: uuid */
            alarmId: string;
            /** @enum {string} */
            kind: "wrong-pins" | "cards" | "locks" | "otp-refusals" | "unreadable-envelopes" | "replays";
            /** @description Missing where all clients of the tenant together are meant */
            clientId?: string;
            /** @description Length of the window that was over */
            windowSeconds: number;
            /** @description The most in such a window so far */
            count: number;
            /** @description What was usual when the alarm was raised */
            usual: number;
            /** @description What would have been no alarm */
            limit: number;
            /**
             * Format: date-time
             * @description Begin of the window
             */
            since: string;
            by: string;
            /** @description Client of that person */
            through: string;
            /** @description Of the call that brought it about */
            requestId: string;
        };
        Alarms: {
            items: components["schemas"]["Alarm"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
        };
        ApiDocument: {
            /** @constant */
            openapi: "3.1.0";
        } & {
            [key: string]: unknown;
        };
        Approval: {
            /** Format: uuid */
            approvalId: string;
            /** @enum {string} */
            status: "pending" | "approved" | "rejected" | "lapsed";
            requestedBy: string;
            /** Format: date-time */
            requestedAt: string;
            /** Format: date-time */
            expiresAt: string;
            decidedBy?: string;
            /** Format: date-time */
            decidedAt?: string;
            /** @enum {string} */
            kind: "unlock" | "client-create" | "client-rotate-secret" | "client-rotate-keys" | "client-change" | "demand-change" | "webhook-create" | "webhook-rotate-secret" | "policy-change" | "brake-release" | "incident-restore";
            reason?: string;
            requestedThrough?: string;
            /** Format: uuid */
            cardId?: string;
            request?: {
                [key: string]: unknown;
            };
            collected?: boolean;
        };
        ApprovalDecidedEvent: {
            /** @constant */
            type: "approval.decided";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                /** Format: uuid */
                approvalId: string;
                /** @enum {string} */
                kind: "unlock" | "client-create" | "client-rotate-secret" | "client-rotate-keys" | "client-change" | "demand-change" | "webhook-create" | "webhook-rotate-secret" | "policy-change" | "brake-release" | "incident-restore";
                requestedBy: string;
                /** Format: uuid */
                cardId?: string;
                /** @enum {string} */
                status: "approved" | "rejected";
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        /** @description It takes another person: docs/http-api.md, "Two persons" */
        ApprovalRequested: {
            /** Format: uuid */
            approvalId: string;
            /** Format: date-time */
            expiresAt: string;
        };
        ApprovalRequestedEvent: {
            /** @constant */
            type: "approval.requested";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                /** Format: uuid */
                approvalId: string;
                /** @enum {string} */
                kind: "unlock" | "client-create" | "client-rotate-secret" | "client-rotate-keys" | "client-change" | "demand-change" | "webhook-create" | "webhook-rotate-secret" | "policy-change" | "brake-release" | "incident-restore";
                requestedBy: string;
                /** Format: uuid */
                cardId?: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        Approvals: {
            items: components["schemas"]["Approval"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
        };
        Approved: components["schemas"]["PinActive"] | {
            /** Format: uuid */
            approvalId?: string;
            /** @constant */
            status: "approved";
        };
        ApproverNotAcceptedProblem: {
            /** @description Path of a page about the code, for people, at the same listener */
            type: string;
            title: string;
            status: number;
            /** @description What to do next; for people, the same at every occurrence */
            detail: string;
            /** @enum {string} */
            code: "APPROVER_NOT_ACCEPTED";
            /** @description Why this person is no second person */
            reason: string;
        };
        AuditEvent: {
            leafIndex: number;
            /** Format: base64 */
            leafHash: string;
            event: {
                [key: string]: unknown;
            };
        };
        AuditEvents: {
            items: components["schemas"]["AuditEvent"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
            /** @description Time of the last line that this page has looked at; null when there was none */
            searchedTo: string | null;
        };
        AuthorizationServer: {
            issuer: string;
            token_endpoint: string;
            jwks_uri: string;
            scopes_supported: ("cards:read" | "cards:write" | "cards:import" | "cards:reveal" | "pin:set" | "pin:validate" | "pin:change" | "pin:reset" | "otp:issue" | "chip:report" | "ops:read" | "ops:unlock" | "ops:clients" | "ops:policy" | "ops:brakes" | "ops:incidents" | "audit:read" | "webhooks:manage")[];
            /** @description None: there is no authorization endpoint */
            response_types_supported: string[];
            grant_types_supported: "client_credentials"[];
            token_endpoint_auth_methods_supported: string[];
            token_endpoint_auth_signing_alg_values_supported: ("PS256" | "ES256" | "EdDSA")[];
            dpop_signing_alg_values_supported: ("PS256" | "ES256" | "EdDSA")[];
            tls_client_certificate_bound_access_tokens: boolean;
        };
        Brake: {
            /** Format: uuid */
            brakeId: string;
            /** @enum {string} */
            kind: "client" | "client-pins" | "card" | "operation" | "everything";
            target: string;
            allTenants: boolean;
            reason: string;
            pulledBy: string;
            pulledThrough: string;
            /** Format: date-time */
            pulledAt: string;
        };
        BrakeEventData: {
            /** Format: uuid */
            brakeId: string;
            /** @enum {string} */
            kind: "client" | "client-pins" | "card" | "operation" | "everything";
            target: string;
            by: string;
            /** @description Client of that person */
            through: string;
            /** @description Of the call that brought it about */
            requestId: string;
        };
        BrakePulledEvent: {
            /** @constant */
            type: "brake.pulled";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["BrakeEventData"];
        };
        BrakeReleasedEvent: {
            /** @constant */
            type: "brake.released";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["BrakeEventData"];
        };
        Brakes: {
            items: components["schemas"]["Brake"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "reason": "The window was wrong"
         *     }
         */
        CancelIncident: {
            /** @description 5 to 200 visible characters */
            reason: string;
        };
        CardClosedEvent: {
            /** @constant */
            type: "card.closed";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["CardEventData"];
        };
        CardEventData: {
            /** Format: uuid */
            cardId: string;
            cardRef: string;
            maskedPan?: string | null;
            requestId: string | null;
            pinStatus: components["schemas"]["PinStatus"];
            triesRemaining: number;
        };
        CardRevealedEvent: {
            /** @constant */
            type: "card.revealed";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                /** Format: uuid */
                cardId: string;
                cardRef: string;
                maskedPan?: string | null;
                requestId: string | null;
            };
        };
        /**
         * @example {
         *       "allowedAddresses": [
         *         "203.0.113.16/28"
         *       ],
         *       "reason": "The second data centre is closed"
         *     }
         */
        ChangeClient: {
            scopes?: string[];
            allowedAddresses?: string[];
            /** @description Null: the service's own limit */
            requestsPerMinute?: number | null;
            reason: string;
        };
        /**
         * @example {
         *       "methods": [
         *         "private_key_jwt",
         *         "tls_client_auth"
         *       ],
         *       "senderConstrained": true,
         *       "validFrom": "2027-01-01T00:00:00Z",
         *       "reason": "Decision of the security board"
         *     }
         */
        ChangeClientDemands: {
            /** @description How a client may prove itself */
            methods: ("client_secret" | "private_key_jwt" | "tls_client_auth")[];
            /** @description Whether each token must be bound to a key or a certificate */
            senderConstrained: boolean;
            /**
             * Format: date-time
             * @description From when on; now unless given
             */
            validFrom?: string;
            reason: string;
        };
        /**
         * @example {
         *       "pinHistoryLength": 6,
         *       "reason": "Decision of the risk board"
         *     }
         */
        ChangePolicy: {
            approvals?: number;
            pinMaxTries?: number;
            pinMaxFailuresWithoutSuccess?: number;
            pinHistoryLength?: number;
            pinSetOtp?: boolean;
            pinEvaluationWindowMs?: number;
            clientSecretOverlapHours?: number;
            clientSecretMaxAgeDays?: number;
            clientSecretRefuseOld?: boolean;
            alarmPause?: boolean;
            alarmFloor?: number;
            weakPins?: string[];
            reason: string;
        };
        Checkpoint: {
            /** @description A signed note: docs/audit.md */
            checkpoint: string;
            treeSize: number;
            /** Format: base64 */
            rootHash: string;
            verifierKeys: string[];
        };
        /**
         * @description What an issuer script is to tell the chip
         * @enum {string}
         */
        ChipCommand: "CHANGE_PIN" | "UNBLOCK_PIN";
        ChipEventData: {
            /** Format: uuid */
            cardId: string;
            cardRef: string;
            maskedPan?: string | null;
            requestId: string | null;
            /** Format: uuid */
            commandId: string;
            command: components["schemas"]["ChipCommand"];
            /** @description Grows with each new PIN of the card */
            pinVersion: number;
            /** @description What the chip does not know yet: at most one command of each kind */
            pendingCommands: components["schemas"]["PendingChipCommand"][];
        };
        /** @enum {string} */
        ChipFailure: "SCRIPT_NOT_PROCESSED" | "SCRIPT_FAILED" | "APPLICATION_BLOCKED" | "NOT_SUPPORTED" | "CARD_REPLACED" | "OTHER";
        ChipFailureEventData: {
            /** Format: uuid */
            cardId: string;
            cardRef: string;
            maskedPan?: string | null;
            requestId: string | null;
            /** Format: uuid */
            commandId: string;
            command: components["schemas"]["ChipCommand"];
            /** @description Grows with each new PIN of the card */
            pinVersion: number;
            /** @description What the chip does not know yet: at most one command of each kind */
            pendingCommands: components["schemas"]["PendingChipCommand"][];
            reason: components["schemas"]["ChipFailure"];
        };
        ChipUpdateFailedEvent: {
            /** @constant */
            type: "chip.update_failed";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["ChipFailureEventData"];
        };
        ChipUpdatePendingEvent: {
            /** @constant */
            type: "chip.update_pending";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                /** Format: uuid */
                cardId: string;
                cardRef: string;
                maskedPan?: string | null;
                requestId: string | null;
                pinStatus: components["schemas"]["PinStatus"];
                triesRemaining: number;
                /** @description What the chip does not know yet: at most one command of each kind */
                pendingCommands: components["schemas"]["PendingChipCommand"][];
            };
        };
        ChipUpdatedEvent: {
            /** @constant */
            type: "chip.updated";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["ChipEventData"];
        };
        Client: {
            clientId: string;
            scopes: ("cards:read" | "cards:write" | "cards:import" | "cards:reveal" | "pin:set" | "pin:validate" | "pin:change" | "pin:reset" | "otp:issue" | "chip:report" | "ops:read" | "ops:unlock" | "ops:clients" | "ops:policy" | "ops:brakes" | "ops:incidents" | "audit:read" | "webhooks:manage")[];
            person?: string;
            allowedAddresses: string[];
            requestsPerMinute?: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            revokedAt?: string;
            secrets: {
                /** Format: date-time */
                createdAt: string;
                ageDays: number;
                /** Format: date-time */
                expiresAt?: string;
            }[];
            keys: {
                /** @enum {string} */
                method: "private_key_jwt" | "tls_client_auth";
                kids?: string[];
                jwksUri?: string;
                thumbprints?: string[];
                /** Format: date-time */
                createdAt: string;
                ageDays?: number;
                /** Format: date-time */
                expiresAt?: string;
            }[];
        };
        ClientChangedEvent: {
            /** @constant */
            type: "client.changed";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                clientId: string;
                changed: ("scopes" | "allowedAddresses" | "requestsPerMinute")[];
                /** @description From now on */
                scopes: ("cards:read" | "cards:write" | "cards:import" | "cards:reveal" | "pin:set" | "pin:validate" | "pin:change" | "pin:reset" | "otp:issue" | "chip:report" | "ops:read" | "ops:unlock" | "ops:clients" | "ops:policy" | "ops:brakes" | "ops:incidents" | "audit:read" | "webhooks:manage")[];
                person?: string;
                /** Format: uuid */
                approvalId?: string;
                requestedBy?: string;
                approvedBy?: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        ClientCreatedEvent: {
            /** @constant */
            type: "client.created";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                clientId: string;
                scopes: ("cards:read" | "cards:write" | "cards:import" | "cards:reveal" | "pin:set" | "pin:validate" | "pin:change" | "pin:reset" | "otp:issue" | "chip:report" | "ops:read" | "ops:unlock" | "ops:clients" | "ops:policy" | "ops:brakes" | "ops:incidents" | "audit:read" | "webhooks:manage")[];
                person?: string;
                /** Format: uuid */
                approvalId?: string;
                requestedBy?: string;
                approvedBy?: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        /**
         * @example {
         *       "client_id": "card-backend",
         *       "client_secret": "…"
         *     }
         */
        ClientCredentials: {
            client_id?: string;
            client_secret?: string;
        };
        ClientDemand: {
            /** @description How a client may prove itself */
            methods: ("client_secret" | "private_key_jwt" | "tls_client_auth")[];
            /** @description Whether each token must be bound to a key or a certificate */
            senderConstrained: boolean;
            demandNo: number;
            /** Format: date-time */
            validFrom: string;
            setBy: string;
            setThrough: string;
            reason: string;
            /** Format: date-time */
            setAt: string;
        };
        ClientDemands: {
            /** @description How a client may prove itself */
            methods: ("client_secret" | "private_key_jwt" | "tls_client_auth")[];
            /** @description Whether each token must be bound to a key or a certificate */
            senderConstrained: boolean;
            /** @description Newest first, also what has not begun */
            history: components["schemas"]["ClientDemand"][];
        };
        ClientDemandsChangedEvent: {
            /** @constant */
            type: "client_demands.changed";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                methods: ("client_secret" | "private_key_jwt" | "tls_client_auth")[];
                senderConstrained: boolean;
                /** Format: date-time */
                validFrom: string;
                /** Format: uuid */
                approvalId?: string;
                requestedBy?: string;
                approvedBy?: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        ClientKeysExpiringEvent: {
            /** @constant */
            type: "client.keys_expiring";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                clientId: string;
                /** @enum {string} */
                method: "private_key_jwt" | "tls_client_auth";
                /** Format: date-time */
                keysCreatedAt: string;
                /** Format: date-time */
                rotateBefore: string;
            };
        };
        ClientKeysRotatedEvent: {
            /** @constant */
            type: "client.keys_rotated";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                clientId: string;
                /** @enum {string} */
                method: "private_key_jwt" | "tls_client_auth";
                /** @description Names of keys, their URL, or thumbprints of certificates */
                keys: string;
                /**
                 * Format: date-time
                 * @description Missing for the first ones
                 */
                previousKeysExpireAt?: string;
                /** Format: uuid */
                approvalId?: string;
                requestedBy?: string;
                approvedBy?: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        ClientMethodWithdrawnEvent: {
            /** @constant */
            type: "client.method_withdrawn";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                clientId: string;
                /** @enum {string} */
                method: "client_secret" | "private_key_jwt" | "tls_client_auth";
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        ClientRevokedEvent: {
            /** @constant */
            type: "client.revoked";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                clientId: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        ClientSecretExpiringEvent: {
            /** @constant */
            type: "client.secret_expiring";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                clientId: string;
                /** Format: date-time */
                secretCreatedAt: string;
                /** Format: date-time */
                rotateBefore: string;
            };
        };
        ClientSecretRotatedEvent: {
            /** @constant */
            type: "client.secret_rotated";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                clientId: string;
                /** Format: date-time */
                previousSecretExpiresAt: string;
                /** Format: uuid */
                approvalId?: string;
                requestedBy?: string;
                approvedBy?: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        ClientWithSecret: {
            clientId: string;
            scopes: ("cards:read" | "cards:write" | "cards:import" | "cards:reveal" | "pin:set" | "pin:validate" | "pin:change" | "pin:reset" | "otp:issue" | "chip:report" | "ops:read" | "ops:unlock" | "ops:clients" | "ops:policy" | "ops:brakes" | "ops:incidents" | "audit:read" | "webhooks:manage")[];
            person?: string;
            allowedAddresses: string[];
            requestsPerMinute?: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            revokedAt?: string;
            secrets: {
                /** Format: date-time */
                createdAt: string;
                ageDays: number;
                /** Format: date-time */
                expiresAt?: string;
            }[];
            keys: {
                /** @enum {string} */
                method: "private_key_jwt" | "tls_client_auth";
                kids?: string[];
                jwksUri?: string;
                thumbprints?: string[];
                /** Format: date-time */
                createdAt: string;
                ageDays?: number;
                /** Format: date-time */
                expiresAt?: string;
            }[];
            /** @description Shown once */
            clientSecret: string;
        };
        Clients: {
            items: components["schemas"]["Client"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
        };
        Collected: components["schemas"]["ClientWithSecret"] | components["schemas"]["WebhookEndpointWithSecret"];
        ConsistencyProof: {
            from: number;
            to: number;
            proof: string[];
        };
        /**
         * @example {
         *       "clientId": "card-backend",
         *       "scopes": [
         *         "pin:set",
         *         "pin:validate"
         *       ],
         *       "allowedAddresses": [
         *         "203.0.113.16/28"
         *       ]
         *     }
         */
        CreateClient: {
            clientId: string;
            scopes: string[];
            person?: string;
            allowedAddresses?: string[];
            requestsPerMinute?: number;
            /**
             * @description In place of a secret
             * @example {
             *       "jwksUri": "https://card-backend.example/jwks.json"
             *     }
             */
            keys?: components["schemas"]["NewClientKeys"];
            reason?: string;
        };
        /**
         * @example {
         *       "url": "https://receiver.example/events",
         *       "events": [
         *         "pin.locked"
         *       ]
         *     }
         */
        CreateWebhookEndpoint: {
            url: string;
            events?: ("pin.set" | "pin.changed" | "pin.reset" | "pin.locked" | "pin.unlocked" | "pin.try_failed" | "pin.last_try" | "card.revealed" | "card.closed" | "chip.update_pending" | "chip.updated" | "chip.update_failed" | "client.secret_expiring" | "client.created" | "client.changed" | "client.secret_rotated" | "client.keys_rotated" | "client.keys_expiring" | "client.method_withdrawn" | "client_demands.changed" | "client.revoked" | "person.created" | "person.revoked" | "webhook_endpoint.created" | "webhook_endpoint.secret_rotated" | "webhook_endpoint.deleted" | "webhook_endpoint.test" | "brake.pulled" | "brake.released" | "security.alarm" | "approval.requested" | "approval.decided" | "otp.issued")[];
            reason?: string;
        };
        CreatedClient: {
            clientId: string;
            scopes: ("cards:read" | "cards:write" | "cards:import" | "cards:reveal" | "pin:set" | "pin:validate" | "pin:change" | "pin:reset" | "otp:issue" | "chip:report" | "ops:read" | "ops:unlock" | "ops:clients" | "ops:policy" | "ops:brakes" | "ops:incidents" | "audit:read" | "webhooks:manage")[];
            person?: string;
            allowedAddresses: string[];
            requestsPerMinute?: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            revokedAt?: string;
            secrets: {
                /** Format: date-time */
                createdAt: string;
                ageDays: number;
                /** Format: date-time */
                expiresAt?: string;
            }[];
            keys: {
                /** @enum {string} */
                method: "private_key_jwt" | "tls_client_auth";
                kids?: string[];
                jwksUri?: string;
                thumbprints?: string[];
                /** Format: date-time */
                createdAt: string;
                ageDays?: number;
                /** Format: date-time */
                expiresAt?: string;
            }[];
            /** @description Shown once; missing where keys were given */
            clientSecret?: string;
        };
        Deliveries: {
            items: components["schemas"]["Delivery"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
        };
        Delivery: {
            /** Format: uuid */
            deliveryId: string;
            /** @enum {string} */
            type: "pin.set" | "pin.changed" | "pin.reset" | "pin.locked" | "pin.unlocked" | "pin.try_failed" | "pin.last_try" | "card.revealed" | "card.closed" | "chip.update_pending" | "chip.updated" | "chip.update_failed" | "client.secret_expiring" | "client.created" | "client.changed" | "client.secret_rotated" | "client.keys_rotated" | "client.keys_expiring" | "client.method_withdrawn" | "client_demands.changed" | "client.revoked" | "person.created" | "person.revoked" | "webhook_endpoint.created" | "webhook_endpoint.secret_rotated" | "webhook_endpoint.deleted" | "webhook_endpoint.test" | "brake.pulled" | "brake.released" | "security.alarm" | "approval.requested" | "approval.decided" | "otp.issued";
            /** @enum {string} */
            status: "pending" | "delivered" | "dead" | "expired" | "cancelled";
            attempts: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastAttemptAt?: string;
            lastOutcome?: string;
            /** Format: date-time */
            endedAt?: string;
        };
        DueItem: {
            /** @enum {string} */
            kind: "hsm-key" | "client-secret" | "client-keys" | "client-certificates" | "webhook-secret" | "tls-certificate";
            /** @description Key, client or endpoint; `listeners` for the certificate of the service */
            name: string;
            /** Format: date-time */
            dueAt: string;
            overdue: boolean;
        };
        Incident: {
            /** Format: uuid */
            incidentId: string;
            /** @enum {string} */
            state: "searching" | "previewed" | "running" | "done" | "cancelled" | "lapsed";
            filter: {
                /**
                 * Format: date-time
                 * @description The wrong tries were made from here
                 */
                triedFrom: string;
                /**
                 * Format: date-time
                 * @description until here, without this moment; past, and at most 7 days later
                 */
                triedTo: string;
                /**
                 * Format: date-time
                 * @description The card was locked from here
                 */
                lockedFrom?: string;
                /** Format: date-time */
                lockedTo?: string;
                /** @description The client that spent the tries */
                clientId?: string;
                /** @description Where the tries came from: ranges in CIDR notation */
                sourceAddresses?: string[];
            };
            reason: string;
            openedBy: string;
            /** Format: date-time */
            openedAt: string;
            /**
             * Format: date-time
             * @description A preview that was not decided on lapses then
             */
            expiresAt: string;
            /** @description SHA-256 over the cards to restore, once they are fixed */
            cardsHash?: string;
            requestedBy?: string;
            approvedBy?: string;
            /** Format: uuid */
            approvalId?: string;
            /** Format: date-time */
            startedAt?: string;
            /**
             * @description What holds the restoration up
             * @enum {string}
             */
            waitsFor?: "brake" | "audit-trail";
            endedBy?: string;
            /** Format: date-time */
            endedAt?: string;
            endReason?: string;
            /** @description How far the trail was searched */
            searched: {
                /** Format: date-time */
                until: string;
                /** Format: date-time */
                end: string;
            };
            counts: {
                /** @description Still to be restored; after the end: left as they were */
                planned: number;
                restored: number;
                keptOut: number;
                failuresTakenBack: number;
                /** @description Of those that are kept out */
                causes: {
                    [key: string]: number;
                };
            };
            sample: components["schemas"]["IncidentCard"][];
        };
        IncidentCard: {
            /** Format: uuid */
            cardId: string;
            cardRef: string;
            maskedPan?: string;
            /** @enum {string} */
            outcome: "planned" | "restored" | "kept-out";
            /**
             * @description Why it is kept out
             * @enum {string}
             */
            cause?: "closed" | "already-unlocked" | "changed" | "history-incomplete" | "other-lock" | "suspicion" | "other-tries" | "restored-before" | "reset-required" | "frozen";
            /** @description The card's event number when it was found */
            eventNo: string;
            /** @description Its failures in a row when it was found */
            failures: number;
            /** @description Those of the filter, which a restoration takes back */
            failuresTakenBack: number;
            /** Format: date-time */
            decidedAt: string;
        };
        IncidentCards: {
            items: components["schemas"]["IncidentCard"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
        };
        IncidentReport: {
            /** @description A signed note: docs/incidents.md */
            report: string;
            verifierKeys: string[];
        };
        Incidents: {
            items: components["schemas"]["ListedIncident"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
        };
        InclusionProof: {
            leafIndex: number;
            treeSize: number;
            /** @description What the leaf hashes */
            entry: string;
            /** Format: base64 */
            leafHash: string;
            proof: string[];
        };
        KeyKind: {
            /** @enum {string} */
            kind: "pin-transport" | "pin-wrapping" | "lookup" | "otp" | "card-vault" | "secrets" | "token-signing" | "audit-signing" | "manifest-signing";
            purpose: string;
            /** @description It is due after the first of these */
            rotation: {
                days: number;
                uses?: number;
            };
            /**
             * Format: date-time
             * @description Missing where no generation is current
             */
            dueAt?: string;
            due: boolean;
            /** @description What is next, in this order; none before the next rotation */
            steps: {
                /** @enum {string} */
                what: "init" | "go-on" | "processes" | "activate" | "reseal" | "cards" | "time" | "retire" | "rotate";
                /** @description Kind and generation, e.g. `card-vault-2` */
                key?: string;
                /** @description Of pinctl; missing where it takes nothing but time */
                command?: string;
                /**
                 * Format: date-time
                 * @description When it can be done
                 */
                until?: string;
            }[];
            /** @description Newest first; of retired ones the newest 20 */
            generations: {
                /** @description Kind and generation, e.g. `card-vault-2` */
                key: string;
                generation: number;
                /** @enum {string} */
                state: "announced" | "prepared" | "current" | "accepted" | "expired" | "retired";
                /** Format: date-time */
                registeredAt: string;
                ageDays: number;
                /**
                 * Format: date-time
                 * @description When it stops being accepted, or the earliest time at which it may be retired
                 */
                expiresAt?: string;
                /** @description Of the uses after which it is due, where uses are counted */
                usedPercent?: number;
                /** @description RFC 7638, base64url; of pairs of keys, whose public half is no secret */
                thumbprint?: string;
                neededBy: {
                    /** @description The rows that only this generation can read, in words */
                    what: string;
                    /**
                     * @description How they leave it: `pinctl keys reseal`, PIN operations of their `cards`, or `time`
                     * @enum {string}
                     */
                    wayOff: "reseal" | "cards" | "time";
                    /** @description False where a part of the rows was looked at: the numbers are an estimate */
                    exact: boolean;
                    /** @description Of the rows of all tenants; 0 where none was found, 100 where all of them name it */
                    installationPercent: number;
                    /** @description Rows of the caller's tenant that name this generation, and any */
                    tenant: {
                        rows: number;
                        of: number;
                    };
                }[];
                /** @description How many of `processes` hold it */
                heldBy: number;
            }[];
            /** @description How many generations are retired */
            retired: number;
        };
        Keys: {
            kinds: components["schemas"]["KeyKind"][];
            /** @description Those that have reported within 30 seconds, the first 200 */
            processes: {
                /** Format: uuid */
                replicaId: string;
                host?: string;
                version?: string;
                /** Format: date-time */
                startedAt?: string;
                /**
                 * Format: date-time
                 * @description Its latest report
                 */
                seenAt: string;
                /** @description State by label of the keys that it holds */
                keys: {
                    [key: string]: "announced" | "current" | "accepted" | "retired";
                };
                /** @description Why it does not hold a registered key */
                trouble?: string;
            }[];
        };
        KeysOverlapProblem: {
            /** @description Path of a page about the code, for people, at the same listener */
            type: string;
            title: string;
            status: number;
            /** @description What to do next; for people, the same at every occurrence */
            detail: string;
            /** @enum {string} */
            code: "KEYS_OVERLAP";
            /** Format: date-time */
            previousKeysExpireAt: string;
        };
        LimitProblem: {
            /** @description Path of a page about the code, for people, at the same listener */
            type: string;
            title: string;
            status: number;
            /** @description What to do next; for people, the same at every occurrence */
            detail: string;
            /** @enum {string} */
            code: "RATE_LIMITED" | "CARD_RATE_LIMITED" | "OTP_LIMIT_REACHED" | "OPERATION_RATE_LIMITED";
            /**
             * @description docs/rate-limits.md explains each
             * @enum {string}
             */
            limit: "address-requests" | "address-refusals" | "client-requests" | "old-secrets" | "person-approvals" | "card-requests" | "card-unreadable-envelopes" | "card-weak-pins" | "card-otp" | "client-refusals" | "client-otp" | "client-wrong-otp" | "client-weak-pins" | "client-webhook-tests" | "client-unreadable-envelopes" | "tenant-incidents" | "tenant-card-imports" | "card-imports" | "tenant-audit-exports" | "audit-exports";
        };
        ListedIncident: {
            /** Format: uuid */
            incidentId: string;
            /** @enum {string} */
            state: "searching" | "previewed" | "running" | "done" | "cancelled" | "lapsed";
            filter: {
                /**
                 * Format: date-time
                 * @description The wrong tries were made from here
                 */
                triedFrom: string;
                /**
                 * Format: date-time
                 * @description until here, without this moment; past, and at most 7 days later
                 */
                triedTo: string;
                /**
                 * Format: date-time
                 * @description The card was locked from here
                 */
                lockedFrom?: string;
                /** Format: date-time */
                lockedTo?: string;
                /** @description The client that spent the tries */
                clientId?: string;
                /** @description Where the tries came from: ranges in CIDR notation */
                sourceAddresses?: string[];
            };
            reason: string;
            openedBy: string;
            /** Format: date-time */
            openedAt: string;
            /**
             * Format: date-time
             * @description A preview that was not decided on lapses then
             */
            expiresAt: string;
            /** @description SHA-256 over the cards to restore, once they are fixed */
            cardsHash?: string;
            requestedBy?: string;
            approvedBy?: string;
            /** Format: uuid */
            approvalId?: string;
            /** Format: date-time */
            startedAt?: string;
            /**
             * @description What holds the restoration up
             * @enum {string}
             */
            waitsFor?: "brake" | "audit-trail";
            endedBy?: string;
            /** Format: date-time */
            endedAt?: string;
            endReason?: string;
        };
        /**
         * @example {
         *       "jwksUri": "https://card-backend.example/jwks.json"
         *     }
         */
        NewClientKeys: {
            jwks?: {
                keys: {
                    [key: string]: unknown;
                }[];
            };
            jwksUri?: string;
            certificates?: string[];
        };
        Nothing: Record<string, never>;
        /** @description A refusal in the words of RFC 6749, section 5.2 */
        OAuthError: {
            /** @enum {string} */
            error: "invalid_request" | "invalid_client" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope" | "invalid_dpop_proof" | "use_dpop_nonce";
            error_description: string;
        };
        /**
         * @example {
         *       "filter": {
         *         "triedFrom": "2026-11-20T08:00:00Z",
         *         "triedTo": "2026-11-20T11:30:00Z",
         *         "clientId": "card-app"
         *       },
         *       "reason": "Release 7.3 of the app sent PINs of the wrong card"
         *     }
         */
        OpenIncident: {
            filter: {
                /**
                 * Format: date-time
                 * @description The wrong tries were made from here
                 */
                triedFrom: string;
                /**
                 * Format: date-time
                 * @description until here, without this moment; past, and at most 7 days later
                 */
                triedTo: string;
                /**
                 * Format: date-time
                 * @description The card was locked from here
                 */
                lockedFrom?: string;
                /** Format: date-time */
                lockedTo?: string;
                /** @description The client that spent the tries */
                clientId?: string;
                /** @description Where the tries came from: ranges in CIDR notation */
                sourceAddresses?: string[];
            };
            /** @description 5 to 200 visible characters */
            reason: string;
        };
        OperatorCard: {
            /** Format: uuid */
            cardId: string;
            cardRef: string;
            maskedPan?: string;
            pinAccount?: string;
            /**
             * @description A chip keeps the PIN as well
             * @constant
             */
            chip?: true;
            /** @description What the chip does not know yet: at most one command of each kind */
            pendingCommands?: components["schemas"]["PendingChipCommand"][];
            pinStatus: components["schemas"]["PinStatus"];
            triesRemaining: number;
            /** Format: date-time */
            lockedAt?: string;
            /** Format: date-time */
            pinSetAt?: string;
            pendingApproval?: components["schemas"]["UnlockApproval"];
            failuresWithoutSuccess: number;
            lastUnlock?: {
                /** Format: date-time */
                at: string;
                by: string;
                reason: string;
            };
        };
        OperatorCards: {
            items: components["schemas"]["OperatorCard"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
        };
        OtpIssuedEvent: {
            /** @constant */
            type: "otp.issued";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                /** Format: uuid */
                cardId: string;
                cardRef: string;
                maskedPan?: string | null;
                requestId: string | null;
                /** Format: uuid */
                otpId: string;
                /** @enum {string} */
                purpose: "pin-set" | "pin-change" | "pin-reset" | "card-reveal";
                /** Format: date-time */
                expiresAt: string;
                code: string;
            };
        };
        /**
         * @example {
         *       "client_id": "card-backend",
         *       "keys": "{\"jwks\":{\"keys\":[]}}"
         *     }
         */
        OwnKeys: {
            /** @constant */
            client_assertion_type?: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            client_assertion?: string;
            client_id?: string;
            tenant_id?: string;
            /** @description JSON: `jwks`, or `certificates`, as at the registration */
            keys: string;
        };
        PendingChipCommand: {
            /** Format: uuid */
            commandId: string;
            command: components["schemas"]["ChipCommand"];
            /** @description Grows with each new PIN of the card */
            pinVersion: number;
            /** Format: date-time */
            createdAt: string;
            lastFailure?: {
                /** Format: date-time */
                at: string;
                reason: components["schemas"]["ChipFailure"];
            };
        };
        PendingDelivery: {
            /** Format: uuid */
            deliveryId: string;
            /** @constant */
            status: "pending";
        };
        Person: {
            name: string;
            mayDecide: boolean;
            flaw?: string;
            createdBy: string;
            /** Format: date-time */
            createdAt: string;
            revokedBy?: string;
            /** Format: date-time */
            revokedAt?: string;
        };
        PersonCreatedEvent: {
            /** @constant */
            type: "person.created";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["PersonEventData"];
        };
        PersonEventData: {
            person: string;
            by: string;
            /** @description Client of that person */
            through: string;
            /** @description Of the call that brought it about */
            requestId: string;
        };
        /**
         * @example {
         *       "name": "Ada Lovelace"
         *     }
         */
        PersonName: {
            name: string;
        };
        PersonRevokedEvent: {
            /** @constant */
            type: "person.revoked";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["PersonEventData"];
        };
        Persons: {
            items: components["schemas"]["Person"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
        };
        PinActive: {
            /** @constant */
            pinStatus: "active";
        };
        PinChangedEvent: {
            /** @constant */
            type: "pin.changed";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["CardEventData"];
        };
        PinLastTryEvent: {
            /** @constant */
            type: "pin.last_try";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["CardEventData"];
        };
        PinLockedEvent: {
            /** @constant */
            type: "pin.locked";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["CardEventData"];
        };
        PinResetEvent: {
            /** @constant */
            type: "pin.reset";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["CardEventData"];
        };
        PinSetEvent: {
            /** @constant */
            type: "pin.set";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["CardEventData"];
        };
        /** @enum {string} */
        PinStatus: "unset" | "active" | "locked" | "closed";
        PinTryFailedEvent: {
            /** @constant */
            type: "pin.try_failed";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["CardEventData"];
        };
        PinUnlockedEvent: {
            /** @constant */
            type: "pin.unlocked";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["CardEventData"];
        };
        Policy: {
            version: number;
            setBy: string;
            setThrough: string;
            reason: string;
            /** Format: date-time */
            setAt: string;
            policy: {
                [key: string]: number | boolean | string[];
            };
        };
        PolicyHistory: {
            version: number;
            setBy: string;
            setThrough: string;
            reason: string;
            /** Format: date-time */
            setAt: string;
            policy: {
                [key: string]: number | boolean | string[];
            };
            history: {
                version: number;
                setBy: string;
                setThrough: string;
                reason: string;
                /** Format: date-time */
                setAt: string;
                changes?: {
                    [key: string]: string;
                };
            }[];
        };
        /** @description RFC 9457. docs/errors.md explains each code */
        Problem: {
            /** @description Path of a page about the code, for people, at the same listener */
            type: string;
            title: string;
            status: number;
            /** @description What to do next; for people, the same at every occurrence */
            detail: string;
            /**
             * @description Stable: switch on it
             * @enum {string}
             */
            code: "REQUEST_INVALID" | "TOKEN_MISSING" | "TOKEN_INVALID" | "TOKEN_EXPIRED" | "TOKEN_NOT_BOUND" | "DPOP_PROOF_INVALID" | "DPOP_NONCE_REQUIRED" | "SESSION_ENDED" | "LOGIN_TOO_OLD" | "CLIENT_AUTHENTICATION_FAILED" | "SCOPE_MISSING" | "ADDRESS_NOT_ALLOWED" | "CLIENT_SUSPENDED" | "CSRF_TOKEN_INVALID" | "SAME_OPERATOR" | "APPROVER_NOT_ACCEPTED" | "NOT_THE_REQUESTER" | "SCOPE_NOT_GRANTABLE" | "ROUTE_NOT_FOUND" | "CARD_NOT_FOUND" | "CLIENT_NOT_FOUND" | "PERSON_NOT_FOUND" | "CHIP_COMMAND_NOT_FOUND" | "APPROVAL_NOT_FOUND" | "BRAKE_NOT_FOUND" | "INCIDENT_NOT_FOUND" | "AUDIT_EVENT_NOT_FOUND" | "WEBHOOK_ENDPOINT_NOT_FOUND" | "DELIVERY_NOT_FOUND" | "CARD_IMPORT_NOT_FOUND" | "PIN_ALREADY_SET" | "PIN_NOT_SET" | "PIN_NOT_LOCKED" | "PIN_RESET_REQUIRED" | "PIN_EVALUATION_IN_PROGRESS" | "PIN_ENVELOPE_REPLAYED" | "PIN_KEY_RETIRED" | "CARD_REF_IN_USE" | "CARD_CLOSED" | "CARD_DATA_MISSING" | "CLIENT_ID_IN_USE" | "PERSON_IN_USE" | "SECRET_OVERLAP" | "KEYS_OVERLAP" | "CREDENTIAL_NOT_HELD" | "LAST_CREDENTIAL" | "APPROVAL_CLOSED" | "INCIDENT_NOT_READY" | "INCIDENT_CLOSED" | "NOTHING_TO_COLLECT" | "DELIVERY_NOT_REPEATABLE" | "WEBHOOK_ENDPOINT_LIMIT" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE" | "EVALUATION_ABANDONED" | "METHOD_NOT_ALLOWED" | "BODY_TOO_LARGE" | "CARD_IMPORT_TOO_LONG" | "REQUEST_TOO_LONG" | "MEDIA_TYPE_UNSUPPORTED" | "PIN_ENVELOPE_UNREADABLE" | "PIN_TOO_WEAK" | "PIN_REUSED" | "OTP_REJECTED" | "REQUEST_ID_REUSED" | "PIN_LOCKED" | "CARD_FROZEN" | "RATE_LIMITED" | "CARD_RATE_LIMITED" | "OTP_LIMIT_REACHED" | "OPERATION_RATE_LIMITED" | "INTERNAL" | "HSM_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "OPERATIONS_SUSPENDED" | "CLIENT_PAUSED" | "CARD_IMPORT_INTERRUPTED" | "ISSUER_UNAVAILABLE" | "CLIENT_KEYS_UNAVAILABLE";
        };
        /**
         * @example {
         *       "kind": "operation",
         *       "target": "card.reveal",
         *       "reason": "An attack is being looked into"
         *     }
         */
        PullBrake: {
            /** @enum {string} */
            kind: "client" | "client-pins" | "card" | "operation" | "everything";
            /** @description A client id, a card id or an operation; none for everything */
            target?: string;
            /** @description 5 to 200 visible characters */
            reason: string;
        };
        Rejected: {
            /** Format: uuid */
            approvalId?: string;
            /** @constant */
            status: "rejected";
        };
        /**
         * @example {
         *       "reason": "The attack is over"
         *     }
         */
        ReleaseBrake: {
            /** @description 5 to 200 visible characters */
            reason: string;
        };
        RequestInvalidProblem: {
            /** @description Path of a page about the code, for people, at the same listener */
            type: string;
            title: string;
            status: number;
            /** @description What to do next; for people, the same at every occurrence */
            detail: string;
            /** @enum {string} */
            code: "REQUEST_INVALID";
            /** @description At most 20; missing where no request was understood */
            errors?: {
                /** @description JSON pointer (RFC 6901) to what is wrong; empty for the whole */
                pointer: string;
                /**
                 * @description Where it points into, unless it is the body
                 * @enum {string}
                 */
                in?: "query" | "header";
                detail: string;
            }[];
        };
        /**
         * @example {
         *       "jwksUri": "https://card-backend.example/jwks.json"
         *     }
         */
        RotateKeys: {
            jwks?: {
                keys: {
                    [key: string]: unknown;
                }[];
            };
            jwksUri?: string;
            certificates?: string[];
            reason?: string;
        };
        /**
         * @example {
         *       "reason": "It may have been seen"
         *     }
         */
        RotateSecret: {
            reason?: string;
        };
        ScopeNotGrantableProblem: {
            /** @description Path of a page about the code, for people, at the same listener */
            type: string;
            title: string;
            status: number;
            /** @description What to do next; for people, the same at every occurrence */
            detail: string;
            /** @enum {string} */
            code: "SCOPE_NOT_GRANTABLE";
            /** @description Those that the caller lacks */
            scopes: ("cards:read" | "cards:write" | "cards:import" | "cards:reveal" | "pin:set" | "pin:validate" | "pin:change" | "pin:reset" | "otp:issue" | "chip:report" | "ops:read" | "ops:unlock" | "ops:clients" | "ops:policy" | "ops:brakes" | "ops:incidents" | "audit:read" | "webhooks:manage")[];
        };
        SecretOverlapProblem: {
            /** @description Path of a page about the code, for people, at the same listener */
            type: string;
            title: string;
            status: number;
            /** @description What to do next; for people, the same at every occurrence */
            detail: string;
            /** @enum {string} */
            code: "SECRET_OVERLAP";
            /** Format: date-time */
            previousSecretExpiresAt: string;
        };
        SecurityAlarmEvent: {
            /** @constant */
            type: "security.alarm";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: components["schemas"]["AlarmEventData"];
        };
        Soundness: {
            /**
             * @description What is unknown is never sound
             * @enum {string}
             */
            status: "sound" | "degraded" | "unsound";
            /** Format: date-time */
            checkedAt: string;
            /** @description All of them, always in this order */
            checks: components["schemas"]["SoundnessCheck"][];
            due: {
                withinDays: number;
                /** @description The first that is due before the others, at most 200 */
                items: components["schemas"]["DueItem"][];
                more: boolean;
                /** @description Kinds that could not be asked for */
                unknown: ("hsm-key" | "client-secret" | "client-keys" | "client-certificates" | "webhook-secret" | "tls-certificate")[];
            };
        };
        SoundnessCheck: {
            /** @enum {string} */
            name: "service" | "hsm" | "database" | "audit-trail" | "audit-witness" | "audit-streams" | "codes" | "webhooks" | "rate-limits" | "alarms" | "policy" | "due";
            /**
             * @description `off`: not set up or not used, which is no fault. `unknown`: it could not be asked
             * @enum {string}
             */
            state: "sound" | "degraded" | "unsound" | "unknown" | "off";
            /** @description Why it is not sound */
            reasons: ("not-asked" | "stopping" | "several-versions" | "keys-not-taken-up" | "not-ready" | "lagging" | "no-answer" | "no-writes" | "other-schema" | "not-the-kept-one" | "not-compared" | "not-kept" | "sealed-late" | "not-taken" | "endpoints-failing" | "waits-long" | "given-up" | "counted-apart" | "counted-late" | "differs" | "overdue")[];
            /**
             * Format: date-time
             * @description Where it is known since when
             */
            since?: string;
            facts: {
                /** @description service: of the replica that answers */
                version?: string;
                /** @description service: processes that have reported within half a minute */
                replicas?: number;
                /** @description service: of all replicas */
                versions?: string[];
                /**
                 * @description hsm
                 * @enum {string}
                 */
                profile?: "softhsm2" | "nss" | "luna" | "utimaco" | "cloudhsm" | "nshield";
                /** @description hsm: when the last one passed */
                knownAnswerTestAt?: string | null;
                /** @description hsm: things to know; the log and readiness say which */
                warnings?: number;
                /** @description hsm */
                oldestWaitMs?: number;
                /** @description hsm: of the last minute */
                p99Ms?: number;
                /** @description database */
                answers?: boolean;
                /** @description database */
                writes?: boolean;
                /** @description database: it has the schema of this version */
                migrated?: boolean;
                /** @description audit-trail: with the kept checkpoint, just now */
                compared?: boolean;
                /** @description audit-trail: for how long the oldest line has waited */
                sealingSeconds?: number;
                /** @description audit-streams */
                receivers?: {
                    receiver: string;
                    lagSeconds: number;
                    taking: boolean;
                }[];
                /** @description codes, webhooks: of the tenant */
                endpoints?: number;
                /** @description codes, webhooks: endpoints that take nothing now, or are paused */
                failing?: number;
                /** @description codes, webhooks: age of the oldest delivery that waits */
                oldestSeconds?: number;
                /** @description codes, webhooks: how long events of any tenant have waited for their turn to be delivered */
                handOverSeconds?: number;
                /** @description codes, webhooks: given up within a day; 1,000 are 1,000 or more */
                deadWithinDay?: number;
                /** @description alarms: what happened in so many seconds is not counted yet */
                lagSeconds?: number;
                /** @description policy: in force */
                policyVersion?: number;
                /** @description policy: members of which this replica was told otherwise */
                differences?: string[];
                /** @description due */
                overdue?: number;
                /** @description due: not overdue, within the days that were asked for */
                soon?: number;
            };
        };
        Token: {
            access_token: string;
            /** @enum {string} */
            token_type: "Bearer" | "DPoP";
            expires_in: number;
            scope: string;
        };
        TokenKeys: {
            keys: {
                /** @constant */
                kty: "RSA";
                kid: string;
                n: string;
                e: string;
                /** @constant */
                alg: "RS256";
                /** @constant */
                use: "sig";
            }[];
        };
        /**
         * @example {
         *       "grant_type": "client_credentials",
         *       "scope": "pin:validate"
         *     }
         */
        TokenRequest: {
            /** @constant */
            grant_type: "client_credentials";
            client_id?: string;
            client_secret?: string;
            /** @constant */
            client_assertion_type?: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            /** @description A JWT that a key of the client has signed */
            client_assertion?: string;
            /** @description Where clients of several tenants have one id */
            tenant_id?: string;
            /** @description Separated by blanks; all that the client may have unless given */
            scope?: string;
        };
        /**
         * @example {
         *       "reason": "Cardholder identified at the branch"
         *     }
         */
        Unlock: {
            /** @description 5 to 200 visible characters */
            reason: string;
        };
        UnlockApproval: {
            /** Format: uuid */
            approvalId: string;
            /** @enum {string} */
            status: "pending" | "approved" | "rejected" | "lapsed";
            requestedBy: string;
            /** Format: date-time */
            requestedAt: string;
            /** Format: date-time */
            expiresAt: string;
            decidedBy?: string;
            /** Format: date-time */
            decidedAt?: string;
            /** Format: uuid */
            cardId: string;
            reason: string;
        };
        WebhookEndpoint: {
            /** Format: uuid */
            endpointId: string;
            url: string;
            events?: ("pin.set" | "pin.changed" | "pin.reset" | "pin.locked" | "pin.unlocked" | "pin.try_failed" | "pin.last_try" | "card.revealed" | "card.closed" | "chip.update_pending" | "chip.updated" | "chip.update_failed" | "client.secret_expiring" | "client.created" | "client.changed" | "client.secret_rotated" | "client.keys_rotated" | "client.keys_expiring" | "client.method_withdrawn" | "client_demands.changed" | "client.revoked" | "person.created" | "person.revoked" | "webhook_endpoint.created" | "webhook_endpoint.secret_rotated" | "webhook_endpoint.deleted" | "webhook_endpoint.test" | "brake.pulled" | "brake.released" | "security.alarm" | "approval.requested" | "approval.decided" | "otp.issued")[];
            /** @enum {string} */
            status: "active" | "paused";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            failingSince?: string;
            /** Format: date-time */
            pausedAt?: string;
            /** Format: date-time */
            previousSecretExpiresAt?: string;
        };
        WebhookEndpointCreatedEvent: {
            /** @constant */
            type: "webhook_endpoint.created";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                /** Format: uuid */
                endpointId: string;
                url: string;
                events?: ("pin.set" | "pin.changed" | "pin.reset" | "pin.locked" | "pin.unlocked" | "pin.try_failed" | "pin.last_try" | "card.revealed" | "card.closed" | "chip.update_pending" | "chip.updated" | "chip.update_failed" | "client.secret_expiring" | "client.created" | "client.changed" | "client.secret_rotated" | "client.keys_rotated" | "client.keys_expiring" | "client.method_withdrawn" | "client_demands.changed" | "client.revoked" | "person.created" | "person.revoked" | "webhook_endpoint.created" | "webhook_endpoint.secret_rotated" | "webhook_endpoint.deleted" | "webhook_endpoint.test" | "brake.pulled" | "brake.released" | "security.alarm" | "approval.requested" | "approval.decided" | "otp.issued")[];
                /** Format: uuid */
                approvalId?: string;
                requestedBy?: string;
                approvedBy?: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        WebhookEndpointDeleted: {
            /** Format: uuid */
            endpointId: string;
            /** @constant */
            status: "deleted";
        };
        WebhookEndpointDeletedEvent: {
            /** @constant */
            type: "webhook_endpoint.deleted";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                /** Format: uuid */
                endpointId: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        WebhookEndpointRead: {
            /** Format: uuid */
            endpointId: string;
            url: string;
            events?: ("pin.set" | "pin.changed" | "pin.reset" | "pin.locked" | "pin.unlocked" | "pin.try_failed" | "pin.last_try" | "card.revealed" | "card.closed" | "chip.update_pending" | "chip.updated" | "chip.update_failed" | "client.secret_expiring" | "client.created" | "client.changed" | "client.secret_rotated" | "client.keys_rotated" | "client.keys_expiring" | "client.method_withdrawn" | "client_demands.changed" | "client.revoked" | "person.created" | "person.revoked" | "webhook_endpoint.created" | "webhook_endpoint.secret_rotated" | "webhook_endpoint.deleted" | "webhook_endpoint.test" | "brake.pulled" | "brake.released" | "security.alarm" | "approval.requested" | "approval.decided" | "otp.issued")[];
            /** @enum {string} */
            status: "active" | "paused";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            failingSince?: string;
            /** Format: date-time */
            pausedAt?: string;
            /** Format: date-time */
            previousSecretExpiresAt?: string;
            sourceAddresses: string[];
        };
        WebhookEndpointSecretRotatedEvent: {
            /** @constant */
            type: "webhook_endpoint.secret_rotated";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                /** Format: uuid */
                endpointId: string;
                /** Format: uuid */
                approvalId?: string;
                requestedBy?: string;
                approvedBy?: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        WebhookEndpointTestEvent: {
            /** @constant */
            type: "webhook_endpoint.test";
            /** Format: date-time */
            timestamp: string;
            tenant: string;
            data: {
                /** Format: uuid */
                endpointId: string;
                by: string;
                /** @description Client of that person */
                through: string;
                /** @description Of the call that brought it about */
                requestId: string;
            };
        };
        WebhookEndpointWithSecret: {
            /** Format: uuid */
            endpointId: string;
            url: string;
            events?: ("pin.set" | "pin.changed" | "pin.reset" | "pin.locked" | "pin.unlocked" | "pin.try_failed" | "pin.last_try" | "card.revealed" | "card.closed" | "chip.update_pending" | "chip.updated" | "chip.update_failed" | "client.secret_expiring" | "client.created" | "client.changed" | "client.secret_rotated" | "client.keys_rotated" | "client.keys_expiring" | "client.method_withdrawn" | "client_demands.changed" | "client.revoked" | "person.created" | "person.revoked" | "webhook_endpoint.created" | "webhook_endpoint.secret_rotated" | "webhook_endpoint.deleted" | "webhook_endpoint.test" | "brake.pulled" | "brake.released" | "security.alarm" | "approval.requested" | "approval.decided" | "otp.issued")[];
            /** @enum {string} */
            status: "active" | "paused";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            failingSince?: string;
            /** Format: date-time */
            pausedAt?: string;
            /** Format: date-time */
            previousSecretExpiresAt?: string;
            secret: string;
            sourceAddresses?: string[];
        };
        WebhookEndpoints: {
            items: components["schemas"]["WebhookEndpoint"][];
            /** @description `cursor` of the next page; null on the last one */
            nextCursor: string | null;
            sourceAddresses: string[];
        };
        /**
         * @example {
         *       "method": "client_secret"
         *     }
         */
        WithdrawMethod: {
            /** @enum {string} */
            method: "client_secret" | "private_key_jwt" | "tls_client_auth";
        };
    };
    responses: {
        /** @description `APPROVAL_CLOSED`: Approval closed. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
        ApprovalClosedOrRequestInProgressOrRequestNotReplayable: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                "Retry-After": components["headers"]["Optional-Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "APPROVAL_CLOSED" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                };
            };
        };
        /** @description `APPROVAL_NOT_FOUND`: No such approval */
        ApprovalNotFound: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "APPROVAL_NOT_FOUND";
                };
            };
        };
        /** @description `AUDIT_EVENT_NOT_FOUND`: No such audit event */
        AuditEventNotFound: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "AUDIT_EVENT_NOT_FOUND";
                };
            };
        };
        /** @description `BODY_TOO_LARGE`: Body too large */
        BodyTooLarge: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "BODY_TOO_LARGE";
                };
            };
        };
        /** @description `CARD_FROZEN`: Card frozen */
        CardFrozen: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "CARD_FROZEN";
                };
            };
        };
        /** @description `CARD_NOT_FOUND`: No such card */
        CardNotFound: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "CARD_NOT_FOUND";
                };
            };
        };
        /** @description `CARD_RATE_LIMITED`: Too many requests for this card. `OPERATION_RATE_LIMITED`: Too many operations of this kind. `RATE_LIMITED`: Too many requests */
        CardRateLimitedOrOperationRateLimitedOrRateLimited: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "Retry-After": components["headers"]["Retry-After"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["LimitProblem"] & {
                    /** @enum {unknown} */
                    code?: "CARD_RATE_LIMITED" | "OPERATION_RATE_LIMITED" | "RATE_LIMITED";
                };
            };
        };
        /** @description `CLIENT_AUTHENTICATION_FAILED`: Client not authenticated */
        ClientAuthenticationFailed: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "CLIENT_AUTHENTICATION_FAILED";
                };
            };
        };
        /** @description `CLIENT_NOT_FOUND`: No such client */
        ClientNotFound: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "CLIENT_NOT_FOUND";
                };
            };
        };
        /** @description `CLIENT_SUSPENDED`: Client suspended */
        ClientSuspended: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "CLIENT_SUSPENDED";
                };
            };
        };
        /** @description `DATABASE_UNAVAILABLE`: Database unavailable */
        DatabaseUnavailable: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "Retry-After": components["headers"]["Retry-After"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "DATABASE_UNAVAILABLE";
                };
            };
        };
        /** @description `DATABASE_UNAVAILABLE`: Database unavailable. `HSM_UNAVAILABLE`: HSM unavailable. `ISSUER_UNAVAILABLE`: Identity provider unavailable */
        DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "Retry-After": components["headers"]["Retry-After"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "DATABASE_UNAVAILABLE" | "HSM_UNAVAILABLE" | "ISSUER_UNAVAILABLE";
                };
            };
        };
        /** @description `ADDRESS_NOT_ALLOWED`: Address not allowed. `CLIENT_SUSPENDED`: Client suspended. `CSRF_TOKEN_INVALID`: Request not from this session. `SCOPE_MISSING`: Scope missing */
        Forbidden: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "ADDRESS_NOT_ALLOWED" | "CLIENT_SUSPENDED" | "CSRF_TOKEN_INVALID" | "SCOPE_MISSING";
                };
            };
        };
        /** @description `INCIDENT_NOT_FOUND`: No such incident */
        IncidentNotFound: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "INCIDENT_NOT_FOUND";
                };
            };
        };
        /** @description `INTERNAL`: Internal error */
        Internal: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "INTERNAL";
                };
            };
        };
        /** @description `MEDIA_TYPE_UNSUPPORTED`: Media type not supported */
        MediaTypeUnsupported: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Accept-Encoding": components["headers"]["Accept-Encoding"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "MEDIA_TYPE_UNSUPPORTED";
                };
            };
        };
        /** @description `OPERATION_RATE_LIMITED`: Too many operations of this kind. `RATE_LIMITED`: Too many requests */
        OperationRateLimitedOrRateLimited: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "Retry-After": components["headers"]["Retry-After"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["LimitProblem"] & {
                    /** @enum {unknown} */
                    code?: "OPERATION_RATE_LIMITED" | "RATE_LIMITED";
                };
            };
        };
        /** @description `RATE_LIMITED`: Too many requests */
        RateLimited: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "Retry-After": components["headers"]["Retry-After"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["LimitProblem"] & {
                    /** @enum {unknown} */
                    code?: "RATE_LIMITED";
                };
            };
        };
        /** @description `REQUEST_TOO_LONG`: Request too long */
        RequestHeaderFieldsTooLarge: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "REQUEST_TOO_LONG";
                };
            };
        };
        /** @description `REQUEST_ID_REUSED`: Request id reused */
        RequestIdReused: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "REQUEST_ID_REUSED";
                };
            };
        };
        /** @description `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
        RequestInProgressOrRequestNotReplayable: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                "Retry-After": components["headers"]["Optional-Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                };
            };
        };
        /** @description `REQUEST_INVALID`: Request invalid */
        RequestInvalid: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RequestInvalidProblem"];
            };
        };
        /** @description `REQUEST_INVALID`: Request invalid */
        RequestTimeout: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RequestInvalidProblem"];
            };
        };
        /** @description `REQUEST_TOO_LONG`: Request too long */
        RequestTooLong: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "REQUEST_TOO_LONG";
                };
            };
        };
        /** @description `DATABASE_UNAVAILABLE`: Database unavailable. `HSM_UNAVAILABLE`: HSM unavailable. `ISSUER_UNAVAILABLE`: Identity provider unavailable. `OPERATIONS_SUSPENDED`: Operations suspended */
        ServiceUnavailable: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "Retry-After": components["headers"]["Retry-After"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "DATABASE_UNAVAILABLE" | "HSM_UNAVAILABLE" | "ISSUER_UNAVAILABLE" | "OPERATIONS_SUSPENDED";
                };
            };
        };
        /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
        Unauthorized: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                };
            };
        };
        /** @description `WEBHOOK_ENDPOINT_NOT_FOUND`: No such webhook endpoint */
        WebhookEndpointNotFound: {
            headers: {
                "X-Request-ID": components["headers"]["X-Request-ID"];
                "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                RateLimit: components["headers"]["Optional-RateLimit"];
                "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {unknown} */
                    code?: "WEBHOOK_ENDPOINT_NOT_FOUND";
                };
            };
        };
    };
    parameters: {
        /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
        RequestId: string;
        /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
        IdempotencyKey: string;
        /** @description The same for each attempt: pass over what you have seen */
        EventId: string;
        /** @description Seconds since 1970, of this attempt */
        EventTimestamp: string;
        /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
        EventSignature: string;
        /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
        EventGuideSignature: string;
    };
    requestBodies: never;
    headers: {
        /** @description The id of the call: yours, or a generated one */
        "X-Request-ID": string;
        /** @description Your id could be a card number or a credential, and was replaced by another one */
        "X-Request-ID-Replaced": "true";
        /** @description This is the answer that the same request has had before */
        "Idempotent-Replayed": "true";
        /** @description The limits that were looked at, each with its quota and window in seconds */
        "RateLimit-Policy": string;
        /** @description The limits that were looked at, each with its quota and window in seconds */
        "Optional-RateLimit-Policy": string;
        /** @description What is left of them, and for how many seconds */
        RateLimit: string;
        /** @description What is left of them, and for how many seconds */
        "Optional-RateLimit": string;
        /** @description Seconds to wait before the same request is sent again */
        "Retry-After": string;
        /** @description Seconds to wait before the same request is sent again */
        "Optional-Retry-After": string;
        /** @description How to show who you are (RFC 9110, section 11.6.1) */
        "WWW-Authenticate": string;
        /** @description For the next DPoP proofs (RFC 9449, section 8); where one came, or has to come */
        "DPoP-Nonce": string;
        /** @description A name for the file (RFC 6266) */
        "Content-Disposition": string;
        /** @description A body was coded, which is not supported */
        "Accept-Encoding": "identity";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    AdminCards_list: {
        parameters: {
            query?: {
                pinStatus?: "unset" | "active" | "locked" | "closed";
                cardRef?: string;
                last4?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorCards"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminCards_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id that the card got when it was registered. One that cannot be an id is that of an unknown card */
                cardId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorCard"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CardNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["CardRateLimitedOrOperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminCards_unlock: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id that the card got when it was registered. One that cannot be an id is that of an unknown card */
                cardId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Unlock"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PinActive"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CardNotFound"];
            408: components["responses"]["RequestTimeout"];
            /** @description `CARD_CLOSED`: Card closed. `PIN_EVALUATION_IN_PROGRESS`: Evaluation in progress. `PIN_NOT_LOCKED`: Card not locked. `PIN_RESET_REQUIRED`: Reset required. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "CARD_CLOSED" | "PIN_EVALUATION_IN_PROGRESS" | "PIN_NOT_LOCKED" | "PIN_RESET_REQUIRED" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    };
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            423: components["responses"]["CardFrozen"];
            429: components["responses"]["CardRateLimitedOrOperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    Approvals_list: {
        parameters: {
            query?: {
                status?: "pending" | "approved" | "rejected" | "lapsed";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approvals"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Approvals_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of what waits for a second person */
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ApprovalNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Approvals_approve: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of what waits for a second person */
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Approved"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            /** @description `ADDRESS_NOT_ALLOWED`: Address not allowed. `APPROVER_NOT_ACCEPTED`: Not another person. `CLIENT_SUSPENDED`: Client suspended. `CSRF_TOKEN_INVALID`: Request not from this session. `SAME_OPERATOR`: Same operator. `SCOPE_MISSING`: Scope missing. `SCOPE_NOT_GRANTABLE`: Scope not grantable */
            403: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ADDRESS_NOT_ALLOWED" | "CLIENT_SUSPENDED" | "CSRF_TOKEN_INVALID" | "SAME_OPERATOR" | "SCOPE_MISSING";
                    }) | components["schemas"]["ApproverNotAcceptedProblem"] | components["schemas"]["ScopeNotGrantableProblem"];
                };
            };
            /** @description `APPROVAL_NOT_FOUND`: No such approval. `BRAKE_NOT_FOUND`: No such brake. `CARD_NOT_FOUND`: No such card. `CLIENT_NOT_FOUND`: No such client. `INCIDENT_NOT_FOUND`: No such incident. `WEBHOOK_ENDPOINT_NOT_FOUND`: No such webhook endpoint */
            404: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "APPROVAL_NOT_FOUND" | "BRAKE_NOT_FOUND" | "CARD_NOT_FOUND" | "CLIENT_NOT_FOUND" | "INCIDENT_NOT_FOUND" | "WEBHOOK_ENDPOINT_NOT_FOUND";
                    };
                };
            };
            408: components["responses"]["RequestTimeout"];
            /** @description `APPROVAL_CLOSED`: Approval closed. `CARD_CLOSED`: Card closed. `CLIENT_ID_IN_USE`: Client id in use. `CREDENTIAL_NOT_HELD`: No such credential. `INCIDENT_CLOSED`: Incident closed. `INCIDENT_NOT_READY`: Incident not ready. `PIN_EVALUATION_IN_PROGRESS`: Evaluation in progress. `PIN_NOT_LOCKED`: Card not locked. `PIN_RESET_REQUIRED`: Reset required. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable. `SECRET_OVERLAP`: Secret changed before. `WEBHOOK_ENDPOINT_LIMIT`: Too many webhook endpoints */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "APPROVAL_CLOSED" | "CARD_CLOSED" | "CLIENT_ID_IN_USE" | "CREDENTIAL_NOT_HELD" | "INCIDENT_CLOSED" | "INCIDENT_NOT_READY" | "PIN_EVALUATION_IN_PROGRESS" | "PIN_NOT_LOCKED" | "PIN_RESET_REQUIRED" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE" | "WEBHOOK_ENDPOINT_LIMIT";
                    }) | components["schemas"]["SecretOverlapProblem"];
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            423: components["responses"]["CardFrozen"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    Approvals_reject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of what waits for a second person */
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rejected"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ApprovalNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["ApprovalClosedOrRequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Approvals_collect: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of what waits for a second person */
                approvalId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            /** @description Done: it is new */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collected"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            /** @description `ADDRESS_NOT_ALLOWED`: Address not allowed. `CLIENT_SUSPENDED`: Client suspended. `CSRF_TOKEN_INVALID`: Request not from this session. `NOT_THE_REQUESTER`: Not the requester. `SCOPE_MISSING`: Scope missing */
            403: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ADDRESS_NOT_ALLOWED" | "CLIENT_SUSPENDED" | "CSRF_TOKEN_INVALID" | "NOT_THE_REQUESTER" | "SCOPE_MISSING";
                    };
                };
            };
            /** @description `APPROVAL_NOT_FOUND`: No such approval. `CLIENT_NOT_FOUND`: No such client. `WEBHOOK_ENDPOINT_NOT_FOUND`: No such webhook endpoint */
            404: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "APPROVAL_NOT_FOUND" | "CLIENT_NOT_FOUND" | "WEBHOOK_ENDPOINT_NOT_FOUND";
                    };
                };
            };
            408: components["responses"]["RequestTimeout"];
            /** @description `CREDENTIAL_NOT_HELD`: No such credential. `NOTHING_TO_COLLECT`: Nothing to collect. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable. `SECRET_OVERLAP`: Secret changed before */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "CREDENTIAL_NOT_HELD" | "NOTHING_TO_COLLECT" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    }) | components["schemas"]["SecretOverlapProblem"];
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminClients_list: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clients"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminClients_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateClient"];
            };
        };
        responses: {
            /** @description Done: it is new */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedClient"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            /** @description `ADDRESS_NOT_ALLOWED`: Address not allowed. `CLIENT_SUSPENDED`: Client suspended. `CSRF_TOKEN_INVALID`: Request not from this session. `SCOPE_MISSING`: Scope missing. `SCOPE_NOT_GRANTABLE`: Scope not grantable */
            403: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ADDRESS_NOT_ALLOWED" | "CLIENT_SUSPENDED" | "CSRF_TOKEN_INVALID" | "SCOPE_MISSING";
                    }) | components["schemas"]["ScopeNotGrantableProblem"];
                };
            };
            408: components["responses"]["RequestTimeout"];
            /** @description `CLIENT_ID_IN_USE`: Client id in use. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "CLIENT_ID_IN_USE" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    };
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminClients_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an API client */
                clientId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ClientNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminClients_revoke: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of an API client */
                clientId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ClientNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminClients_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of an API client */
                clientId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeClient"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            /** @description `ADDRESS_NOT_ALLOWED`: Address not allowed. `CLIENT_SUSPENDED`: Client suspended. `CSRF_TOKEN_INVALID`: Request not from this session. `SAME_OPERATOR`: Same operator. `SCOPE_MISSING`: Scope missing. `SCOPE_NOT_GRANTABLE`: Scope not grantable */
            403: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ADDRESS_NOT_ALLOWED" | "CLIENT_SUSPENDED" | "CSRF_TOKEN_INVALID" | "SAME_OPERATOR" | "SCOPE_MISSING";
                    }) | components["schemas"]["ScopeNotGrantableProblem"];
                };
            };
            404: components["responses"]["ClientNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["ApprovalClosedOrRequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminClients_rotateSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of an API client */
                clientId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateSecret"];
            };
        };
        responses: {
            /** @description Done: it is new */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientWithSecret"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            /** @description `ADDRESS_NOT_ALLOWED`: Address not allowed. `CLIENT_SUSPENDED`: Client suspended. `CSRF_TOKEN_INVALID`: Request not from this session. `SCOPE_MISSING`: Scope missing. `SCOPE_NOT_GRANTABLE`: Scope not grantable */
            403: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ADDRESS_NOT_ALLOWED" | "CLIENT_SUSPENDED" | "CSRF_TOKEN_INVALID" | "SCOPE_MISSING";
                    }) | components["schemas"]["ScopeNotGrantableProblem"];
                };
            };
            404: components["responses"]["ClientNotFound"];
            408: components["responses"]["RequestTimeout"];
            /** @description `CREDENTIAL_NOT_HELD`: No such credential. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable. `SECRET_OVERLAP`: Secret changed before */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "CREDENTIAL_NOT_HELD" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    }) | components["schemas"]["SecretOverlapProblem"];
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Persons_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Persons"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Persons_register: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonName"];
            };
        };
        responses: {
            /** @description Done: it is new */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            /** @description `PERSON_IN_USE`: Name in use. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "PERSON_IN_USE" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    };
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Persons_revoke: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonName"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            /** @description `PERSON_NOT_FOUND`: No such person */
            404: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "PERSON_NOT_FOUND";
                    };
                };
            };
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    OwnSecret_rotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["ClientCredentials"];
            };
        };
        responses: {
            /** @description Done: it is new */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientWithSecret"];
                };
            };
            /** @description `REQUEST_INVALID`: Request invalid */
            400: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            401: components["responses"]["ClientAuthenticationFailed"];
            403: components["responses"]["ClientSuspended"];
            /** @description `REQUEST_INVALID`: Request invalid */
            408: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            /** @description `CREDENTIAL_NOT_HELD`: No such credential. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable. `SECRET_OVERLAP`: Secret changed before */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "CREDENTIAL_NOT_HELD" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    }) | components["schemas"]["SecretOverlapProblem"];
                };
            };
            /** @description `BODY_TOO_LARGE`: Body too large */
            413: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "BODY_TOO_LARGE";
                    };
                };
            };
            /** @description `REQUEST_TOO_LONG`: Request too long */
            414: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `MEDIA_TYPE_UNSUPPORTED`: Media type not supported */
            415: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Accept-Encoding": components["headers"]["Accept-Encoding"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "MEDIA_TYPE_UNSUPPORTED";
                    };
                };
            };
            /** @description `REQUEST_ID_REUSED`: Request id reused */
            422: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_ID_REUSED";
                    };
                };
            };
            429: components["responses"]["RateLimited"];
            /** @description `REQUEST_TOO_LONG`: Request too long */
            431: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `INTERNAL`: Internal error */
            500: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "INTERNAL";
                    };
                };
            };
            503: components["responses"]["DatabaseUnavailable"];
        };
    };
    ClientKeys_rotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of an API client */
                clientId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateKeys"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            /** @description `ADDRESS_NOT_ALLOWED`: Address not allowed. `CLIENT_SUSPENDED`: Client suspended. `CSRF_TOKEN_INVALID`: Request not from this session. `SCOPE_MISSING`: Scope missing. `SCOPE_NOT_GRANTABLE`: Scope not grantable */
            403: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ADDRESS_NOT_ALLOWED" | "CLIENT_SUSPENDED" | "CSRF_TOKEN_INVALID" | "SCOPE_MISSING";
                    }) | components["schemas"]["ScopeNotGrantableProblem"];
                };
            };
            404: components["responses"]["ClientNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    ClientKeys_withdraw: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of an API client */
                clientId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithdrawMethod"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["ClientNotFound"];
            408: components["responses"]["RequestTimeout"];
            /** @description `CREDENTIAL_NOT_HELD`: No such credential. `LAST_CREDENTIAL`: Last credential. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "CREDENTIAL_NOT_HELD" | "LAST_CREDENTIAL" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    };
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    ClientDemands_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientDemands"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    ClientDemands_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeClientDemands"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientDemand"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    OwnKeys_rotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["OwnKeys"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
                };
            };
            /** @description `REQUEST_INVALID`: Request invalid */
            400: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            401: components["responses"]["ClientAuthenticationFailed"];
            403: components["responses"]["ClientSuspended"];
            /** @description `REQUEST_INVALID`: Request invalid */
            408: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            /** @description `CREDENTIAL_NOT_HELD`: No such credential. `KEYS_OVERLAP`: Keys changed before. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": (components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "CREDENTIAL_NOT_HELD" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    }) | components["schemas"]["KeysOverlapProblem"];
                };
            };
            /** @description `BODY_TOO_LARGE`: Body too large */
            413: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "BODY_TOO_LARGE";
                    };
                };
            };
            /** @description `REQUEST_TOO_LONG`: Request too long */
            414: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `MEDIA_TYPE_UNSUPPORTED`: Media type not supported */
            415: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Accept-Encoding": components["headers"]["Accept-Encoding"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "MEDIA_TYPE_UNSUPPORTED";
                    };
                };
            };
            /** @description `REQUEST_ID_REUSED`: Request id reused */
            422: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_ID_REUSED";
                    };
                };
            };
            429: components["responses"]["RateLimited"];
            /** @description `REQUEST_TOO_LONG`: Request too long */
            431: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `INTERNAL`: Internal error */
            500: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "INTERNAL";
                    };
                };
            };
            /** @description `CLIENT_KEYS_UNAVAILABLE`: Keys of the client unavailable. `DATABASE_UNAVAILABLE`: Database unavailable */
            503: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "CLIENT_KEYS_UNAVAILABLE" | "DATABASE_UNAVAILABLE";
                    };
                };
            };
        };
    };
    Policy_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyHistory"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Policy_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePolicy"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Policy"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Keys_list: {
        parameters: {
            query?: {
                kind?: "pin-transport" | "pin-wrapping" | "lookup" | "otp" | "card-vault" | "secrets" | "token-signing" | "audit-signing" | "manifest-signing";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Keys"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Brakes_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Brakes"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Brakes_pull: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PullBrake"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Brake"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CardNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Brakes_release: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of what was stopped */
                brakeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseBrake"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Brake"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            /** @description `BRAKE_NOT_FOUND`: No such brake */
            404: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "BRAKE_NOT_FOUND";
                    };
                };
            };
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Overview_sound: {
        parameters: {
            query?: {
                dueWithinDays?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Soundness"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Overview_activity: {
        parameters: {
            query?: {
                hours?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activity"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminAudit_list: {
        parameters: {
            query?: {
                cardId?: string;
                /** @description e.g. `pin.validate` */
                action?: string;
                clientId?: string;
                /** @description The person, or for a program its client id */
                subject?: string;
                requestId?: string;
                /** @description RFC 3339: lines of this time and later */
                from?: string;
                /** @description Lines before this time */
                to?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEvents"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminAudit_export: {
        parameters: {
            query: {
                format: "csv" | "jsonl";
                cardId?: string;
                /** @description e.g. `pin.validate` */
                action?: string;
                clientId?: string;
                /** @description The person, or for a program its client id */
                subject?: string;
                requestId?: string;
                /** @description RFC 3339: lines of this time and later */
                from?: string;
                /** @description Lines before this time */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminAudit_checkpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["AuditEventNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminAudit_inclusion: {
        parameters: {
            query: {
                leafIndex: string;
                treeSize?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InclusionProof"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["AuditEventNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    AdminAudit_consistency: {
        parameters: {
            query: {
                from: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsistencyProof"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["AuditEventNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Tokens_issue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description No proper token request; a problem document where it is no proper request at all */
            400: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"] & {
                        /** @enum {unknown} */
                        error?: "invalid_request" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope" | "invalid_dpop_proof" | "use_dpop_nonce";
                    };
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            /** @description The client is not known, or its secret, key, certificate or address is not accepted */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OAuthError"] & {
                        /** @enum {unknown} */
                        error?: "invalid_client";
                    };
                };
            };
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            /** @description `RATE_LIMITED`: Too many requests */
            429: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["LimitProblem"] & {
                        /** @enum {unknown} */
                        code?: "RATE_LIMITED";
                    };
                };
            };
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            /** @description `CLIENT_KEYS_UNAVAILABLE`: Keys of the client unavailable. `DATABASE_UNAVAILABLE`: Database unavailable. `HSM_UNAVAILABLE`: HSM unavailable */
            503: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "Retry-After": components["headers"]["Retry-After"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "CLIENT_KEYS_UNAVAILABLE" | "DATABASE_UNAVAILABLE" | "HSM_UNAVAILABLE";
                    };
                };
            };
        };
    };
    Jwks_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenKeys"];
                };
            };
            /** @description `REQUEST_INVALID`: Request invalid */
            400: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            /** @description `REQUEST_INVALID`: Request invalid */
            408: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            /** @description `REQUEST_TOO_LONG`: Request too long */
            414: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `MEDIA_TYPE_UNSUPPORTED`: Media type not supported */
            415: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Accept-Encoding": components["headers"]["Accept-Encoding"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "MEDIA_TYPE_UNSUPPORTED";
                    };
                };
            };
            429: components["responses"]["RateLimited"];
            /** @description `REQUEST_TOO_LONG`: Request too long */
            431: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `INTERNAL`: Internal error */
            500: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "INTERNAL";
                    };
                };
            };
            503: components["responses"]["DatabaseUnavailable"];
        };
    };
    Metadata_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthorizationServer"];
                };
            };
            /** @description `REQUEST_INVALID`: Request invalid */
            400: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            /** @description `REQUEST_INVALID`: Request invalid */
            408: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            /** @description `REQUEST_TOO_LONG`: Request too long */
            414: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `MEDIA_TYPE_UNSUPPORTED`: Media type not supported */
            415: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Accept-Encoding": components["headers"]["Accept-Encoding"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "MEDIA_TYPE_UNSUPPORTED";
                    };
                };
            };
            429: components["responses"]["RateLimited"];
            /** @description `REQUEST_TOO_LONG`: Request too long */
            431: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `INTERNAL`: Internal error */
            500: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "INTERNAL";
                    };
                };
            };
            503: components["responses"]["DatabaseUnavailable"];
        };
    };
    WebhookEndpoints_list: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoints"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    WebhookEndpoints_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookEndpoint"];
            };
        };
        responses: {
            /** @description Done: it is new */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            /** @description `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable. `WEBHOOK_ENDPOINT_LIMIT`: Too many webhook endpoints */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE" | "WEBHOOK_ENDPOINT_LIMIT";
                    };
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    WebhookEndpoints_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a webhook endpoint */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointRead"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WebhookEndpointNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    WebhookEndpoints_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of a webhook endpoint */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointDeleted"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WebhookEndpointNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    WebhookEndpoints_rotateSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of a webhook endpoint */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateSecret"];
            };
        };
        responses: {
            /** @description Done: it is new */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WebhookEndpointNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    WebhookEndpoints_resume: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of a webhook endpoint */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WebhookEndpointNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    WebhookEndpoints_test: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of a webhook endpoint */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingDelivery"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WebhookEndpointNotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    WebhookEndpoints_listDeliveries: {
        parameters: {
            query?: {
                status?: "pending" | "delivered" | "dead" | "expired" | "cancelled";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The id of a webhook endpoint */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deliveries"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["WebhookEndpointNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    WebhookEndpoints_redeliver: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of a webhook endpoint */
                endpointId: string;
                /** @description The id of a delivery, the `webhook-id` that the receiver gets */
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingDelivery"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `DELIVERY_NOT_FOUND`: No such delivery. `WEBHOOK_ENDPOINT_NOT_FOUND`: No such webhook endpoint */
            404: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DELIVERY_NOT_FOUND" | "WEBHOOK_ENDPOINT_NOT_FOUND";
                    };
                };
            };
            408: components["responses"]["RequestTimeout"];
            /** @description `DELIVERY_NOT_REPEATABLE`: Delivery not repeatable. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DELIVERY_NOT_REPEATABLE" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    };
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Incidents_list: {
        parameters: {
            query?: {
                state?: "searching" | "previewed" | "running" | "done" | "cancelled" | "lapsed";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incidents"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Incidents_open: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenIncident"];
            };
        };
        responses: {
            /** @description Done: it is new */
            201: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["RequestInProgressOrRequestNotReplayable"];
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Incidents_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an incident */
                incidentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["IncidentNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Incidents_cards: {
        parameters: {
            query?: {
                outcome?: "planned" | "restored" | "kept-out";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The id of an incident */
                incidentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentCards"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["IncidentNotFound"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Incidents_restore: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of an incident */
                incidentId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            /** @description Accepted: it is still to have its effect */
            202: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRequested"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            /** @description `DPOP_NONCE_REQUIRED`: DPoP nonce required. `DPOP_PROOF_INVALID`: DPoP proof not accepted. `LOGIN_TOO_OLD`: Login too old. `SESSION_ENDED`: Session ended. `TOKEN_EXPIRED`: Access token expired. `TOKEN_INVALID`: Access token not accepted. `TOKEN_MISSING`: Access token missing. `TOKEN_NOT_BOUND`: Access token not bound */
            401: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "DPOP_NONCE_REQUIRED" | "DPOP_PROOF_INVALID" | "LOGIN_TOO_OLD" | "SESSION_ENDED" | "TOKEN_EXPIRED" | "TOKEN_INVALID" | "TOKEN_MISSING" | "TOKEN_NOT_BOUND";
                    };
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["IncidentNotFound"];
            408: components["responses"]["RequestTimeout"];
            /** @description `INCIDENT_CLOSED`: Incident closed. `INCIDENT_NOT_READY`: Incident not ready. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "INCIDENT_CLOSED" | "INCIDENT_NOT_READY" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    };
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    Incidents_cancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique for each intention. The same id with the same bytes has its effect once, and is answered as before */
                "X-Request-ID"?: components["parameters"]["RequestId"];
                /** @description The same as X-Request-ID, and wins over it: some proxies replace that one */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description The id of an incident */
                incidentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelIncident"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["IncidentNotFound"];
            408: components["responses"]["RequestTimeout"];
            /** @description `INCIDENT_CLOSED`: Incident closed. `REQUEST_IN_PROGRESS`: Request in progress. `REQUEST_NOT_REPLAYABLE`: Request not replayable */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "INCIDENT_CLOSED" | "REQUEST_IN_PROGRESS" | "REQUEST_NOT_REPLAYABLE";
                    };
                };
            };
            413: components["responses"]["BodyTooLarge"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            422: components["responses"]["RequestIdReused"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Incidents_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an incident */
                incidentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentReport"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["IncidentNotFound"];
            408: components["responses"]["RequestTimeout"];
            /** @description `INCIDENT_NOT_READY`: Incident not ready */
            409: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    "Idempotent-Replayed": components["headers"]["Idempotent-Replayed"];
                    "Retry-After": components["headers"]["Optional-Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "INCIDENT_NOT_READY";
                    };
                };
            };
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    Alarms_list: {
        parameters: {
            query?: {
                state?: "open" | "ended";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "DPoP-Nonce": components["headers"]["DPoP-Nonce"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alarms"];
                };
            };
            400: components["responses"]["RequestInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            414: components["responses"]["RequestTooLong"];
            415: components["responses"]["MediaTypeUnsupported"];
            429: components["responses"]["OperationRateLimitedOrRateLimited"];
            431: components["responses"]["RequestHeaderFieldsTooLarge"];
            500: components["responses"]["Internal"];
            503: components["responses"]["DatabaseUnavailableOrHsmUnavailableOrIssuerUnavailable"];
        };
    };
    ApiDocument_document: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiDocument"];
                };
            };
            /** @description `REQUEST_INVALID`: Request invalid */
            400: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            /** @description `REQUEST_INVALID`: Request invalid */
            408: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RequestInvalidProblem"];
                };
            };
            /** @description `REQUEST_TOO_LONG`: Request too long */
            414: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `MEDIA_TYPE_UNSUPPORTED`: Media type not supported */
            415: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    "Accept-Encoding": components["headers"]["Accept-Encoding"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "MEDIA_TYPE_UNSUPPORTED";
                    };
                };
            };
            429: components["responses"]["RateLimited"];
            /** @description `REQUEST_TOO_LONG`: Request too long */
            431: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "REQUEST_TOO_LONG";
                    };
                };
            };
            /** @description `INTERNAL`: Internal error */
            500: {
                headers: {
                    "X-Request-ID": components["headers"]["X-Request-ID"];
                    "RateLimit-Policy": components["headers"]["Optional-RateLimit-Policy"];
                    RateLimit: components["headers"]["Optional-RateLimit"];
                    "X-Request-ID-Replaced": components["headers"]["X-Request-ID-Replaced"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "INTERNAL";
                    };
                };
            };
            503: components["responses"]["DatabaseUnavailable"];
        };
    };
    receive_pin_set: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinSetEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_pin_changed: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinChangedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_pin_reset: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinResetEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_pin_locked: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinLockedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_pin_unlocked: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinUnlockedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_pin_try_failed: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinTryFailedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_pin_last_try: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PinLastTryEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_card_revealed: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CardRevealedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_card_closed: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CardClosedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_chip_update_pending: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChipUpdatePendingEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_chip_updated: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChipUpdatedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_chip_update_failed: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChipUpdateFailedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_client_secret_expiring: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientSecretExpiringEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_client_created: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientCreatedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_client_changed: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientChangedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_client_secret_rotated: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientSecretRotatedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_client_keys_rotated: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientKeysRotatedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_client_keys_expiring: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientKeysExpiringEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_client_method_withdrawn: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientMethodWithdrawnEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_client_demands_changed: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientDemandsChangedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_client_revoked: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClientRevokedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_person_created: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonCreatedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_person_revoked: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonRevokedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_webhook_endpoint_created: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointCreatedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_webhook_endpoint_secret_rotated: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointSecretRotatedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_webhook_endpoint_deleted: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointDeletedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_webhook_endpoint_test: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointTestEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_brake_pulled: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BrakePulledEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_brake_released: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BrakeReleasedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_security_alarm: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecurityAlarmEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_approval_requested: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalRequestedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_approval_decided: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalDecidedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    receive_otp_issued: {
        parameters: {
            query?: never;
            header: {
                /** @description The same for each attempt: pass over what you have seen */
                "webhook-id": components["parameters"]["EventId"];
                /** @description Seconds since 1970, of this attempt */
                "webhook-timestamp": components["parameters"]["EventTimestamp"];
                /** @description HMAC-SHA256 over id, timestamp and body: `v1,` and base64, several separated by blanks */
                "webhook-signature": components["parameters"]["EventSignature"];
                /** @description Hex HMAC-SHA256 of the body; the name is `WEBHOOK_SIGNATURE_HEADER` */
                "X-M2P-Signature": components["parameters"]["EventGuideSignature"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OtpIssuedEvent"];
            };
        };
        responses: {
            /** @description Pauses the endpoint */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. Anything else within 10 s, or nothing, is tried again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
