"""The words of the seeded world: a Brazilian software company's customers, people and tickets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`domain` is the company's in HubSpot; `organization_domains` what Zendesk knows, the same where None.

    `owner` is an index into `OWNERS`, None for a company that nobody owns; `company` False for a customer that
    HubSpot has never heard of.
    """

    name: str
    domain: str | None
    owner: int | None
    organization_domains: tuple[str, ...] | None = None
    company: bool = True

    @property
    def zendesk_domains(self) -> tuple[str, ...]:
        if self.organization_domains is not None:
            return self.organization_domains
        return (self.domain,) if self.domain else ()


# The last one has left the company: archived, and still the owner of a customer.
OWNERS = (("Camila", "Rocha"), ("Diego", "Ferreira"), ("Larissa", "Nunes"), ("Otávio", "Prado"))
LEFT = 3

CUSTOMERS = (
    Customer(name="Padaria Boa Vista", domain="padariaboavista.com.br", owner=0),
    Customer(name="Clínica Horizonte", domain="clinicahorizonte.com.br", owner=0),
    Customer(name="Transportes Aroeira", domain="aroeira.log.br", owner=1),
    Customer(name="Escola Girassol", domain="escolagirassol.com.br", owner=1),
    Customer(name="Construtora Ipê", domain="construtoraipe.com.br", owner=2),
    Customer(name="Farmácia Santa Rita", domain="farmaciasantarita.com.br", owner=2),
    Customer(name="Hotel Maré Alta", domain="hotelmarealta.com.br", owner=0),
)
OWNERLESS = Customer(name="Livraria Cora", domain="livrariacora.com.br", owner=None)
OWNER_LEFT = Customer(name="Academia Pulso", domain="academiapulso.com.br", owner=LEFT)
SHARED = Customer(name="Grupo Jatobá", domain="grupojatoba.com.br", owner=1)
SHARED_BRANCH = Customer(name="Grupo Jatobá Filial Sul", domain="grupojatoba.com.br", owner=2)
MERGED = Customer(name="Café do Cerrado", domain="cafedocerrado.com.br", owner=2)
MERGED_AWAY = Customer(name="Cafe Cerrado Ltda", domain="cafecerrado.com.br", owner=1)
NO_DOMAIN = Customer(name="Ateliê Nanquim", domain="atelienanquim.com.br", owner=1, organization_domains=())
FREE_MAIL = Customer(name="Feira do Bairro", domain=None, owner=0, organization_domains=("gmail.com",))
UNKNOWN = Customer(name="Estúdio Vaga-lume", domain="vagalume.art.br", owner=None, company=False)

SPECIAL = (OWNERLESS, OWNER_LEFT, SHARED, MERGED, NO_DOMAIN, FREE_MAIL, UNKNOWN)

FIRST_NAMES = [
    "Ana",
    "Beatriz",
    "João",
    "Conceição",
    "Marcos",
    "Luísa",
    "Rafael",
    "Patrícia",
    "Thiago",
    "Fernanda",
    "Íris",
    "Antônio",
    "Márcia",
    "Vinícius",
    "Zoé",
    "Sebastião",
    "Júlia",
    "Caio",
    "Débora",
    "Inês",
]
LAST_NAMES = [
    "Souza",
    "Araújo",
    "Gonçalves",
    "Lima",
    "Magalhães",
    "Teixeira",
    "Assunção",
    "Barros",
    "Queirós",
    "Ribeiro",
    "Simões",
    "Brandão",
    "Peçanha",
    "Freitas",
    "Moraes",
    "Vasconcelos",
]

SUBJECTS = (
    ("Fatura de novembro veio em dobro", "Bom dia, recebemos duas cobranças do mesmo plano neste mês."),
    ("Não consigo emitir nota fiscal", "O sistema mostra o erro 404 ao clicar em “Emitir NF-e”."),
    ("Usuário sem acesso ao painel", "A colaboradora nova não recebeu o convite de acesso."),
    ("Relatório de vendas não carrega", "A página fica em branco desde ontem à tarde."),
    ("Dúvida sobre integração com o ERP", "Como configurar o envio automático dos pedidos?"),
    ("Boleto vencido após pagamento", "Pagamos no dia 5 e o boleto continua em aberto."),
    ("Lentidão no fechamento do caixa", "Leva mais de dez minutos para fechar o caixa à noite."),
    ("Pedido de cancelamento de módulo", "Queremos retirar o módulo de estoque a partir de janeiro."),
    ("Aplicativo fecha sozinho no Android", "Acontece em três celulares diferentes, versão 8.2."),
    ("Alteração de CNPJ no cadastro", "Mudamos de razão social, segue o novo CNPJ."),
)
TAGS = ("cobranca", "nfe", "acesso", "relatorio", "integracao", "urgente_cliente", "vip", "app_android")
PRIORITIES = (None, None, "low", "normal", "high", "urgent")
COMMENT_GOOD = "Atendimento rápido e muito atencioso, obrigado!"
COMMENT_BAD = "Demorou muito e o problema não foi resolvido."
