// All texts that can be seen, through the shadow roots in which Home Assistant hides them.
() => {
  const SPOKEN = ["aria-label", "title", "placeholder", "label"];
  const found = [];
  const walk = (node) => {
    if (node instanceof Text) {
      if (node.data.trim()) found.push(node.data.trim());
      return;
    }
    if (node instanceof Element) {
      if (["SCRIPT", "STYLE"].includes(node.tagName)) return;
      // An element without a box of its own may still have children with one.
      const laidOut = getComputedStyle(node).display === "contents" || node.checkVisibility();
      if (!laidOut) return;
      for (const name of SPOKEN) if (node.getAttribute(name)) found.push(node.getAttribute(name));
      if (node.shadowRoot) walk(node.shadowRoot);
    }
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return found;
}
