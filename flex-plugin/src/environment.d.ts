/** Put in place by the build, from `.env`. */
declare const process: { readonly env: { readonly FLEX_APP_FLEXCORD_URL?: string } };
