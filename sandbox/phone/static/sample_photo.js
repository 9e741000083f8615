/** A grey silhouette in a passport photo's proportions, marked as a sample: nobody's picture. */

const WIDTH = 413;
const HEIGHT = 579;
const INK = { paper: "#eef1f4", figure: "#9aa5b1", band: "#1b2430", words: "#ffffff" };

export async function samplePhoto(mark) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  draw(canvas.getContext("2d"), mark);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  return new File([blob], "sample.jpg", { type: "image/jpeg" });
}

function draw(pen, mark) {
  pen.fillStyle = INK.paper;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.fillStyle = INK.figure;
  ellipse(pen, WIDTH / 2, 230, 95, 120);
  pen.fillRect(WIDTH / 2 - 42, 310, 84, 90);
  ellipse(pen, WIDTH / 2, HEIGHT, 185, 205);
  pen.fillStyle = INK.band;
  pen.fillRect(0, HEIGHT - 76, WIDTH, 76);
  pen.fillStyle = INK.words;
  pen.font = "600 40px 'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(mark, WIDTH / 2, HEIGHT - 38);
}

function ellipse(pen, x, y, across, down) {
  pen.beginPath();
  pen.ellipse(x, y, across, down, 0, 0, Math.PI * 2);
  pen.fill();
}
