type Words = Record<"close" | "more" | "copied" | "until", string>;

const spoken: Record<string, Words> = {
  en: { close: "Close", more: "More", copied: "Copied:", until: "Until" },
  de: { close: "Schließen", more: "Mehr", copied: "Kopiert:", until: "Bis" },
  fr: { close: "Fermer", more: "Plus", copied: "Copié :", until: "Jusqu’à" },
  es: { close: "Cerrar", more: "Más", copied: "Copiado:", until: "Hasta" },
  it: { close: "Chiudi", more: "Altro", copied: "Copiato:", until: "Fino a" },
  nl: { close: "Sluiten", more: "Meer", copied: "Gekopieerd:", until: "Tot" },
};

/** What a touchpoint says by itself, in the page's language. */
export const words = (): Words => spoken[document.documentElement.lang.slice(0, 2)] ?? (spoken.en as Words);
