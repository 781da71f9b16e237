import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

const place = document.getElementById("page");
if (!place) throw new Error('The page has no element "page".');
createRoot(place).render(<App />);
