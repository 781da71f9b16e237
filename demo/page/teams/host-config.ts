import { HostConfig } from "adaptivecards";

// adaptivecards puts these colours into inline styles as they are, so names of the page's own properties
// (styles/teams-theme.css) make one configuration follow the light and the dark theme.
const plain = (name: string) => ({ default: `var(--t-${name})`, subtle: `var(--t-${name})` });

const colours = {
  default: { default: "var(--t-text)", subtle: "var(--t-muted)" },
  dark: { default: "var(--t-text)", subtle: "var(--t-muted)" },
  light: plain("surface"),
  accent: plain("accent"),
  good: plain("good"),
  warning: plain("warning"),
  attention: plain("attention"),
} as const;

const boxed = (name: string) => ({ backgroundColor: `var(--t-${name})`, foregroundColors: colours });

const fonts = (fontFamily: string) => ({
  fontFamily,
  fontSizes: { small: 12, default: 14, medium: 14, large: 17, extraLarge: 22 },
  fontWeights: { lighter: 400, default: 400, bolder: 700 },
});

const label = { color: "Default", isSubtle: false, size: "Default", weight: "Default" } as const;

/** How a card's words ("Large", "Good", "Medium") look in this page's Teams. Sizes are in pixels; the limit of six
 * buttons is Teams' own. */
export const teamsHostConfig = new HostConfig({
  supportsInteractivity: true,
  fontTypes: { default: fonts("var(--t-sans)"), monospace: fonts("var(--mono)") },
  lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 30 },
  spacing: { small: 6, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  separator: { lineThickness: 1, lineColor: "var(--t-line)" },
  imageSizes: { small: 32, medium: 52, large: 100 },
  imageSet: { imageSize: "Medium", maxImageHeight: 100 },
  containerStyles: {
    default: { backgroundColor: "transparent", foregroundColors: colours },
    emphasis: boxed("hover"),
    accent: boxed("accent-soft"),
    good: boxed("good-soft"),
    warning: boxed("warning-soft"),
    attention: boxed("attention-soft"),
  },
  actions: {
    maxActions: 6,
    spacing: "Default",
    buttonSpacing: 0,
    actionsOrientation: "Horizontal",
    actionAlignment: "Left",
    showCard: { actionMode: "Inline", inlineTopMargin: 8, style: "emphasis" },
  },
  adaptiveCard: { allowCustomStyle: false },
  factSet: {
    title: {
      color: "Default",
      isSubtle: true,
      size: "Default",
      weight: "Default",
      wrap: true,
      maxWidth: 110,
    },
    value: { color: "Default", isSubtle: false, size: "Default", weight: "Default", wrap: true },
    spacing: 4,
  },
  inputs: {
    label: {
      inputSpacing: "Small",
      requiredInputs: { ...label, suffix: " *", suffixColor: "Attention" },
      optionalInputs: label,
    },
    errorMessage: { color: "Attention", size: "Small", weight: "Default" },
  },
  textBlock: { headingLevel: 3 },
});
