import type { Texts } from "../texts.ts";

export const ptBR: Texts = {
  greeting: (name) => `Olá, ${name}! Como posso ajudar?`,
  lookIntoDm: (mention) =>
    `Olá, ${mention}! Você pediu ajuda. Nosso atendimento ao cliente acabou de enviar uma mensagem direta para você!`,
  dmClosed:
    "Não consegui enviar uma mensagem direta para você. Permita mensagens diretas de membros deste servidor (toque no " +
    "nome do servidor, depois em Configurações de privacidade e em Mensagens diretas) e use /helpme de novo.",
  stillHere: "Nossa conversa continua aberta. É só escrever sua mensagem aqui.",
  suggestions: "Algum destes artigos ajuda?",
  nothingFound: "Não encontrei nada sobre isso. Você pode perguntar com outras palavras ou falar com uma pessoa.",
  offerPerson: "Continuo sem encontrar nada. Quer que eu chame uma pessoa da nossa equipe? É só apertar o botão.",
  smallTalk: {
    greeting: (name) => `Olá, ${name}! Como posso ajudar?`,
    thanks: () => "De nada! Se precisar de mais alguma coisa, escreva aqui.",
    goodbye: () => "Até logo! Se precisar de mais alguma coisa, escreva aqui.",
  },
  suggestedArticle: (title) => `Artigo sugerido: ${title}`,
  articleGone: "Este artigo não está mais disponível. Por favor, pergunte de novo.",
  gladItHelped: "Que bom! Se precisar de mais alguma coisa, é só escrever aqui.",
  caseOpened: (number) => `O número do seu caso é #${number}.`,
  transferring: "Transferindo você para um de nossos atendentes…",
  agentsUnreachable:
    "Não estamos conseguindo contato com nossos atendentes no momento. Vou continuar tentando, e nada do que você " +
    "escrever aqui será perdido.",
  noAgentAvailable:
    "Infelizmente, nenhum atendente está disponível no momento. Seu caso continua aberto. Enquanto isso, você pode " +
    "perguntar para mim ou pedir para falar com uma pessoa mais tarde.",
  outsideHours: (back) =>
    `Nossa equipe está ausente e volta em ${back}. Sua pergunta ficou registrada como caso. Você pode deixar assim ou esperar por uma pessoa.`,
  leftAsCase: (number) => `Sua pergunta ficou registrada como o caso #${number}. Nossa equipe vai responder aqui.`,
  agentJoined: (name) => `${name} entrou na conversa.`,
  agentLeft: (name) => `${name} saiu da conversa.`,
  backToAssistant: "Você está falando com o assistente virtual de novo. O que mais posso fazer por você?",
  closed: "Esta conversa foi encerrada. Envie uma mensagem para começar uma nova.",
  notDelivered: "Sua mensagem não foi entregue.",
  maybeNotDelivered: "Sua mensagem pode não ter sido entregue.",
  messagesMissed: "Talvez faltem algumas mensagens aqui.",
  partlyDelivered: "Uma parte da sua mensagem não pôde ser entregue; o texto foi.",
  anAgent: "Um atendente",
  fileUnavailable: (filename) => `${filename} (não foi possível carregar este arquivo)`,

  talkToPerson: "Falar com uma pessoa",
  thatHelped: "Isso ajudou",
  leaveAsCase: "Deixar como caso",
  sendAgain: "Enviar novamente",

  staleButton: "Este botão é de uma conversa anterior. Por favor, envie uma nova mensagem para mim.",
  nothingToResend: "Esta mensagem já foi enviada novamente ou é antiga demais. Escreva-a de novo se ainda precisar.",
  foreignButton: "Este botão é para outra pessoa. Use /helpme para pedir ajuda.",
  unknownCommand: "Desculpe, não conheço esse comando. Use /helpme para pedir ajuda.",
  outOfDate: "Desculpe, isso não funciona mais. Use /helpme para pedir ajuda.",
  tryAgain: "Desculpe, não foi possível contatar nosso atendimento ao cliente. Tente de novo em instantes.",
};
