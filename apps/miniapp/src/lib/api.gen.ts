// SPDX-License-Identifier: MIT
// Generated from apps/apid/openapi.yaml by "npm run api:types".
export interface paths {
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The user, with subscriptions at a glance */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Choose the language of everything we send */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is sold, in the order to be shown */
        get: operations["getPlans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The user's last 50 orders, newest first */
        get: operations["getOrders"];
        put?: never;
        /**
         * Order a plan and get a pay link
         * @description An open order for the same plan, subscription, method and price is reused, so a second tap and a repeat after
         *     a lost answer make no second order. That, and not a table of seen keys, is what makes a repeat harmless;
         *     `Idempotency-Key` is required so that a client says that it means one purchase.
         */
        post: operations["createOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** One order, for the page after paying */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The user's subscriptions, newest first */
        get: operations["getSubscriptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get: operations["getSubscription"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** Config link, its QR picture, and the links that work now */
        get: operations["getKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/traffic": {
        parameters: {
            query?: {
                /** @description How many days back, today included */
                days?: number;
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** Traffic day by day (UTC), oldest first, days without traffic left out */
        get: operations["getTraffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New keys and a new config link; the old ones stop to work
         * @description At most once in 60 s; a `too-soon` problem (409) with `Retry-After` says when.
         */
        post: operations["rotateKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/node": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        /** The nodes that may serve the subscription, by title */
        get: operations["getNodes"];
        put?: never;
        /**
         * Serve the subscription from another node
         * @description The old node serves until the new one has the keys; the config link stays the same. Asking for a node that
         *     serves it already changes nothing. A move soon after the last one is a `too-soon` problem (409) with
         *     `Retry-After`; a node that is full or down, or a subscription that is not active, is a `conflict` (409).
         */
        post: operations["moveNode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{token}": {
        parameters: {
            query?: {
                /** @description Short name of the node whose file is wanted (awg, vpn); the first while it does not serve */
                node?: string;
            };
            header?: never;
            path: {
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        /**
         * The config link that VPN apps fetch
         * @description The form follows `format`, else the app that asks (`User-Agent`), else `Accept`: a browser gets a page with
         *     import buttons. What a form cannot hold is left out of it: lists and sing-box have no AmneziaWG, `awg` and
         *     `vpn` hold one file. A subscription that is not active, or has nothing for the form, answers 200 with an
         *     entry whose name says why. Texts in headers that may not be ASCII are `base64:<UTF-8>`. An unknown and a
         *     revoked token are the same 404.
         */
        get: operations["getConfigLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{token}/open": {
        parameters: {
            query?: {
                /** @description For amneziavpn, as above */
                node?: string;
            };
            header?: never;
            path: {
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        /**
         * A page that hands the config link to an installed app
         * @description For places that take https links only, such as buttons in Telegram. It tries the app's own scheme at once and
         *     shows a button for it.
         */
        get: operations["openConfigLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/yookassa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Notification of YooKassa; only the id in it is used, as a hint to ask */
        post: operations["yookassaWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/telegram": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An update of Telegram */
        post: operations["telegramWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The program runs */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The program can serve; 503 when the database cannot be read or it is about to stop */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This file */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Id: number;
        /** @description UNIX seconds UTC */
        Time: number;
        /** @description ISO 3166 code; null is not told */
        Country: string | null;
        /** @enum {string} */
        Language: "ru" | "en";
        Money: {
            amount_minor: number;
            currency: string;
            /** @description The decimal without the currency */
            text: string;
        };
        /** @enum {string} */
        Role: "user" | "admin";
        /** @enum {string} */
        SubscriptionStatus: "active" | "expired" | "exhausted" | "disabled";
        /**
         * @description `preparing` is an open order that has no pay link yet
         * @enum {string}
         */
        OrderStatus: "preparing" | "open" | "paid" | "expired" | "canceled" | "refunded";
        Me: {
            id: components["schemas"]["Id"];
            telegram_id: number;
            name: string;
            username: string;
            language: components["schemas"]["Language"];
            role: components["schemas"]["Role"];
            created_at: components["schemas"]["Time"];
            now: components["schemas"]["Time"];
            shop: {
                name: string;
                support_url: string | null;
            };
            subscriptions: components["schemas"]["SubscriptionGlance"][];
        };
        SubscriptionGlance: {
            id: components["schemas"]["Id"];
            plan: string;
            status: components["schemas"]["SubscriptionStatus"];
            expires_at: components["schemas"]["Time"];
            /** @description null is unlimited */
            traffic_limit_bytes: number | null;
            traffic_used_bytes: number;
        };
        Subscription: {
            id: components["schemas"]["Id"];
            /** @description Code of the plan paid last */
            plan: string;
            status: components["schemas"]["SubscriptionStatus"];
            created_at: components["schemas"]["Time"];
            expires_at: components["schemas"]["Time"];
            /** @description null is unlimited */
            traffic_limit_bytes: number | null;
            traffic_used_bytes: number;
            /** @description null is unlimited */
            device_limit: number | null;
            keys_revision: number;
            /** @description Nodes that serve it at once */
            replicas: number;
            /** @description Those that serve it or are about to */
            nodes: {
                title: string;
                country: components["schemas"]["Country"];
            }[];
        };
        NodeChoice: {
            /** @description What NewNode.node takes */
            name: string;
            title: string;
            country: components["schemas"]["Country"];
            /** @description It serves the subscription, or is about to */
            current: boolean;
            /** @description One may move there now: it works and has room */
            available: boolean;
            /** @description It does not work now */
            down: boolean;
            /** @description How full it is; null is not known */
            load_percent: number | null;
        };
        NewNode: {
            /** @description Name of a node; null is the best other one */
            node: string | null;
        };
        TrafficDay: {
            day_start: components["schemas"]["Time"];
            /** @description Of all nodes */
            bytes: number;
            nodes: {
                /** @description null is nodes that are gone or not told apart */
                title: string | null;
                country: components["schemas"]["Country"];
                bytes: number;
            }[];
        };
        Plan: {
            code: string;
            /** @description In the user's language */
            title: string;
            titles: {
                ru: string;
                en: string;
            };
            period: number;
            /** @enum {string} */
            period_unit: "days" | "months";
            /** @description Per period; null is unlimited */
            traffic_limit_bytes: number | null;
            device_limit: number | null;
            /** @description Nodes that serve a buyer at once */
            replicas: number;
            prices: {
                /** @description What NewOrder.method takes */
                method: string;
                price: components["schemas"]["Money"];
            }[];
        };
        NewOrder: {
            /** @description Code of a plan */
            plan: string;
            /** @description Extend this one; without it the user's newest of the plan's node group, or a new one */
            subscription?: components["schemas"]["Id"] | null;
            /**
             * @description Make a new subscription even when there is one
             * @default false
             */
            new: boolean;
            /** @default yookassa */
            method: string;
            /** @description For the receipt */
            email?: string | null;
        };
        Order: {
            id: components["schemas"]["Id"];
            plan: string;
            subscription_id: number | null;
            status: components["schemas"]["OrderStatus"];
            price: components["schemas"]["Money"];
            method: string;
            pay_url: string | null;
            /** @description The newest payment of this open order was declined */
            payment_failed: boolean;
            /** @description The provider's word for it, such as insufficient_funds */
            failure: string | null;
            created_at: components["schemas"]["Time"];
            paid_at: number | null;
        };
        Keys: {
            subscription_id: components["schemas"]["Id"];
            keys_revision: number;
            config_link: string;
            /** @description QR code of the config link */
            qr: string;
            links: {
                /** @description What an app imports; vpn://... for AmneziaWG and WireGuard */
                uri: string;
                /**
                 * @example vless
                 * @example shadowsocks
                 * @example amneziawg
                 * @example wireguard
                 */
                protocol: string;
                node: string;
                /** @description AmneziaWG and WireGuard only: the text of the .conf file */
                conf?: string;
                /** @description With conf: the file's name */
                filename?: string;
            }[];
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            field?: string;
        };
    };
    responses: {
        /** @description A problem */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:qentvpn:problem:invalid-field",
                 *       "title": "A field is not valid",
                 *       "status": 422,
                 *       "detail": "plan must be text",
                 *       "field": "plan"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        Id: components["schemas"]["Id"];
        Token: string;
    };
    requestBodies: never;
    headers: {
        /** @example "user";q=30;w=60 */
        "RateLimit-Policy": string;
        /** @example "user";r=29;t=60 */
        RateLimit: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 17,
                     *       "telegram_id": 1001,
                     *       "name": "Anna Smirnova",
                     *       "username": "anna",
                     *       "language": "ru",
                     *       "role": "user",
                     *       "created_at": 1767225600,
                     *       "now": 1767230000,
                     *       "shop": {
                     *         "name": "QentVPN",
                     *         "support_url": "https://t.me/support"
                     *       },
                     *       "subscriptions": [
                     *         {
                     *           "id": 3,
                     *           "plan": "month",
                     *           "status": "active",
                     *           "expires_at": 1769904000,
                     *           "traffic_limit_bytes": 107374182400,
                     *           "traffic_used_bytes": 5368709120
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Me"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "language": "en"
                 *     }
                 */
                "application/json": {
                    language: components["schemas"]["Language"];
                };
            };
        };
        responses: {
            /** @description The user as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPlans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Plans */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "plans": [
                     *         {
                     *           "code": "month",
                     *           "title": "1 month",
                     *           "titles": {
                     *             "ru": "1 месяц",
                     *             "en": "1 month"
                     *           },
                     *           "period": 1,
                     *           "period_unit": "months",
                     *           "traffic_limit_bytes": null,
                     *           "device_limit": 3,
                     *           "replicas": 1,
                     *           "prices": [
                     *             {
                     *               "method": "yookassa",
                     *               "price": {
                     *                 "amount_minor": 19900,
                     *                 "currency": "RUB",
                     *                 "text": "199.00"
                     *               }
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        plans: components["schemas"]["Plan"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOrders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Orders */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        orders: components["schemas"]["Order"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createOrder: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description 1 to 64 visible ASCII characters, one value per purchase
                 * @example 6f1f2f0e-6c1b-4a0e-9d35-0f5f6f1c7f11
                 */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "plan": "month",
                 *       "method": "yookassa"
                 *     }
                 */
                "application/json": components["schemas"]["NewOrder"];
            };
        };
        responses: {
            /** @description The open order that was there already, with its pay link */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The order, with the pay link made by this request */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 42,
                     *       "plan": "month",
                     *       "subscription_id": null,
                     *       "status": "open",
                     *       "price": {
                     *         "amount_minor": 19900,
                     *         "currency": "RUB",
                     *         "text": "199.00"
                     *       },
                     *       "method": "yookassa",
                     *       "pay_url": "https://yoomoney.ru/checkout/payments/v2/contract?orderId=2f1f",
                     *       "payment_failed": false,
                     *       "failure": null,
                     *       "created_at": 1767230000,
                     *       "paid_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /**
             * @description The order is stored, but the provider did not answer in time. `status` is `preparing` and `pay_url` null;
             *     the work goes on: ask for the order again.
             */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSubscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Subscriptions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        subscriptions: components["schemas"]["Subscription"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subscription */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 3,
                     *       "plan": "month",
                     *       "status": "active",
                     *       "created_at": 1767225600,
                     *       "expires_at": 1769904000,
                     *       "traffic_limit_bytes": null,
                     *       "traffic_used_bytes": 5368709120,
                     *       "device_limit": 3,
                     *       "keys_revision": 1,
                     *       "replicas": 1,
                     *       "nodes": [
                     *         {
                     *           "title": "Germany",
                     *           "country": "DE"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys; `links` is empty until the first account is ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Keys"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTraffic: {
        parameters: {
            query?: {
                /** @description How many days back, today included */
                days?: number;
            };
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Days */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subscription_id": 3,
                     *       "days": [
                     *         {
                     *           "day_start": 1767225600,
                     *           "bytes": 104857600,
                     *           "nodes": [
                     *             {
                     *               "title": "Germany",
                     *               "country": "DE",
                     *               "bytes": 83886080
                     *             },
                     *             {
                     *               "title": null,
                     *               "country": null,
                     *               "bytes": 20971520
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        subscription_id: components["schemas"]["Id"];
                        days: components["schemas"]["TrafficDay"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    rotateKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subscription with its new keys_revision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getNodes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nodes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "subscription_id": 3,
                     *       "nodes": [
                     *         {
                     *           "name": "de1",
                     *           "title": "Germany",
                     *           "country": "DE",
                     *           "current": true,
                     *           "available": false,
                     *           "down": false,
                     *           "load_percent": 41
                     *         },
                     *         {
                     *           "name": "nl1",
                     *           "title": "Netherlands",
                     *           "country": "NL",
                     *           "current": false,
                     *           "available": true,
                     *           "down": false,
                     *           "load_percent": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        subscription_id: components["schemas"]["Id"];
                        nodes: components["schemas"]["NodeChoice"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    moveNode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "node": "nl1"
                 *     }
                 */
                "application/json": components["schemas"]["NewNode"];
            };
        };
        responses: {
            /** @description The subscription with the node it moves to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getConfigLink: {
        parameters: {
            query?: {
                /** @description Short name of the node whose file is wanted (awg, vpn); the first while it does not serve */
                node?: string;
                format?: "base64" | "plain" | "clash" | "sing-box" | "awg" | "vpn";
            };
            header?: never;
            path: {
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /**
             * @description Share links in base64 or plain, a configuration of Clash Meta (mihomo) or of sing-box 1.12, an AmneziaWG
             *     or WireGuard .conf, a vpn:// text of AmneziaVPN, or the page
             */
            200: {
                headers: {
                    /** @description This and the others are not on the page */
                    "subscription-userinfo"?: string;
                    "profile-title"?: string;
                    /** @description Hours */
                    "profile-update-interval"?: string;
                    "support-url"?: string;
                    "profile-web-page-url"?: string;
                    /** @description Why there are no keys, or what is about to end */
                    announce?: string;
                    "content-disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                    "text/yaml": string;
                    "application/json": Record<string, never>;
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    openConfigLink: {
        parameters: {
            query: {
                /** @description For amneziavpn, as above */
                node?: string;
                app: "happ" | "v2raytun" | "hiddify" | "v2rayng" | "streisand" | "shadowrocket" | "sing-box" | "flclash" | "clash-verge" | "amneziavpn";
            };
            header?: never;
            path: {
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    yookassaWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    telegramWebhook: {
        parameters: {
            query?: never;
            header: {
                "X-Telegram-Bot-Api-Secret-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    update_id: number;
                };
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
        };
    };
}
